"""Addresses of case audits."""

from __future__ import annotations

from django.urls import path

from safehub.audit.actions import views as actions
from safehub.audit.coding import views as coding
from safehub.audit.coding.suggesting import views as suggesting
from safehub.audit.meetings.evidence import views as evidence
from safehub.audit.meetings.gaps import views as gaps
from safehub.audit.meetings.holding import views as holding
from safehub.audit.meetings.learning import views as learning
from safehub.audit.meetings.viewing import views as viewing
from safehub.audit.moderation import views as moderation
from safehub.audit.programmes import views as programmes
from safehub.audit.reports import keeping
from safehub.audit.reports import views as reports
from safehub.audit.reports.publishing import views as publishing
from safehub.audit.returns import views as returns
from safehub.audit.returns.allocating import views as allocating
from safehub.audit.returns.conduct import views as conduct
from safehub.audit.returns.knowing import views as knowing
from safehub.audit.returns.revising import views as revising
from safehub.audit.returns.risks import views as risks
from safehub.audit.returns.signing import views as signing
from safehub.audit.returns.sources import views as sources
from safehub.audit.returns.summing import views as summing
from safehub.audit.returns.workbooks import views as workbooks
from safehub.audit.returns.working import views as working
from safehub.audit.sampling.drawing import views as drawing

app_name = "audit"
urlpatterns = [
    path("", programmes.audit_list, name="audits"),
    path("<slug:reference>/", returns.round_grid, name="round"),
    path("<slug:reference>/tool/", revising.change_tool, name="change_tool"),
    path("<slug:reference>/returns/<int:key>/", returns.return_page, name="return"),
    path(
        "<slug:reference>/returns/<int:key>/files/<int:file>/",
        returns.return_file,
        name="return_file",
    ),
    path("<slug:reference>/returns/<int:key>/sign-off/", signing.sign_off, name="sign_off"),
    path("<slug:reference>/returns/<int:key>/source/", sources.add_source, name="add_source"),
    path(
        "<slug:reference>/returns/<int:key>/source/<int:source>/",
        sources.correct_source,
        name="correct_source",
    ),
    path("<slug:reference>/sample/", drawing.sample, name="sample"),
    path("<slug:reference>/sample/frame/", drawing.frame, name="frame"),
    path("<slug:reference>/sample/columns/", drawing.columns, name="frame_columns"),
    path("<slug:reference>/sample/exclude/", drawing.exclude, name="exclude"),
    path("<slug:reference>/sample/excluded/<int:key>/", drawing.put_back, name="put_back"),
    path("<slug:reference>/sample/draw/", drawing.draw, name="draw"),
    path("<slug:reference>/sample/<str:number>/", drawing.case_link, name="case_link"),
    path(
        "<slug:reference>/sample/<str:number>/withdraw/",
        drawing.withdraw_case,
        name="withdraw_case",
    ),
    path("<slug:reference>/cases/", working.own_cases, name="own_cases"),
    path("<slug:reference>/cases/<str:number>/", working.begin_return, name="begin_return"),
    path("<slug:reference>/workbook/", workbooks.workbook, name="workbook"),
    path("<slug:reference>/workbook/sent/", workbooks.sent_workbook, name="sent_workbook"),
    path(
        "<slug:reference>/workbook/sent/marked.xlsx",
        workbooks.marked_workbook,
        name="marked_workbook",
    ),
    path(
        "<slug:reference>/workbook/<str:code>.xlsx", workbooks.blank_workbook, name="blank_workbook"
    ),
    path("<slug:reference>/answers/<int:key>/", working.answers, name="answers"),
    path("<slug:reference>/answers/<int:key>/check/", working.check_answers, name="check_answers"),
    path(
        "<slug:reference>/answers/<int:key>/discard/",
        working.discard_answers,
        name="discard_answers",
    ),
    path("<slug:reference>/answers/<int:key>/files/<int:file>/", working.evidence, name="evidence"),
    path(
        "<slug:reference>/answers/<int:key>/<int:number>/", working.answer_part, name="answer_part"
    ),
    path("<slug:reference>/allocation/", allocating.allocations, name="allocations"),
    path("<slug:reference>/allocation/<str:number>/", allocating.allocate, name="allocate"),
    path("<slug:reference>/summary/", summing.sum_up, name="sum_up"),
    path("<slug:reference>/known/", knowing.knowing, name="knowing"),
    path("<slug:reference>/known/<int:key>/", knowing.answer_knowing, name="answer_knowing"),
    path("<slug:reference>/known/<int:key>/back/", knowing.take_back, name="take_back_knowing"),
    path("<slug:reference>/known/asked/", knowing.knowing_asked, name="knowing_asked"),
    path("<slug:reference>/known/ask/", knowing.ask_known, name="ask_known"),
    path("<slug:reference>/known/remind/", knowing.remind_known, name="remind_known"),
    path("<slug:reference>/risks/", risks.risks, name="risks"),
    path("<slug:reference>/risks/raise/", risks.raise_risk, name="raise_risk"),
    path("<slug:reference>/risks/<int:key>/", risks.risk, name="risk"),
    path(
        "<slug:reference>/risks/<int:key>/acknowledge/",
        risks.acknowledge_risk,
        name="acknowledge_risk",
    ),
    path("<slug:reference>/risks/<int:key>/outcome/", risks.conclude_risk, name="conclude_risk"),
    path("<slug:reference>/conduct/", conduct.matters, name="matters"),
    path("<slug:reference>/conduct/raise/", conduct.raise_matter, name="raise_matter"),
    path("<slug:reference>/conduct/<int:key>/", conduct.matter, name="matter"),
    path(
        "<slug:reference>/conduct/<int:key>/acknowledge/",
        conduct.acknowledge_matter,
        name="acknowledge_matter",
    ),
    path(
        "<slug:reference>/conduct/<int:key>/outcome/",
        conduct.conclude_matter,
        name="conclude_matter",
    ),
    path("<slug:reference>/returns/<int:key>/keep/", evidence.keep_passage, name="keep_passage"),
    path("<slug:reference>/figures/<str:name>/keep/", keeping.keep_figure, name="keep_figure"),
    path("<slug:reference>/meeting/", holding.meeting, name="meeting"),
    path("<slug:reference>/meeting/plan/", holding.plan_meeting, name="plan_meeting"),
    path("<slug:reference>/meeting/invite/", holding.invite, name="invite"),
    path("<slug:reference>/meeting/attendance/", holding.attendance, name="attendance"),
    path("<slug:reference>/meeting/open/", holding.open_meeting, name="open_meeting"),
    path("<slug:reference>/meeting/minutes/", holding.minutes, name="minutes"),
    path("<slug:reference>/meeting/said/", holding.add_statement, name="add_statement"),
    path(
        "<slug:reference>/meeting/said/<int:key>/",
        holding.change_statement,
        name="change_statement",
    ),
    path(
        "<slug:reference>/meeting/said/<int:key>/remove/",
        holding.remove_statement,
        name="remove_statement",
    ),
    path("<slug:reference>/learning/", learning.learning, name="learning"),
    path("<slug:reference>/learning/send/", learning.send_learning, name="send_learning"),
    path(
        "<slug:reference>/learning/<int:key>/passed-on/",
        learning.pass_on_learning,
        name="pass_on_learning",
    ),
    path("<slug:reference>/meeting/projecting/", viewing.project, name="project"),
    path("<slug:reference>/meeting/cases/<str:number>/", viewing.meeting_case, name="meeting_case"),
    path(
        "<slug:reference>/meeting/themes/<str:code>/", viewing.meeting_theme, name="meeting_theme"
    ),
    path("<slug:reference>/gaps/", actions.gaps, name="gaps"),
    path("<slug:reference>/gaps/add/", gaps.add_gap, name="add_gap"),
    path("<slug:reference>/gaps/<int:key>/", gaps.change_gap, name="change_gap"),
    path("<slug:reference>/gaps/<int:key>/remove/", gaps.remove_gap, name="remove_gap"),
    path("<slug:reference>/gaps/<int:key>/before/", gaps.link_gap, name="link_gap"),
    path("<slug:reference>/gaps/<int:key>/act/", actions.add_action, name="add_action"),
    path("<slug:reference>/actions/plan.xlsx", actions.plan, name="plan"),
    path("<slug:reference>/actions/<int:key>/", actions.action, name="action"),
    path("<slug:reference>/actions/<int:key>/change/", actions.change_action, name="change_action"),
    path("<slug:reference>/actions/<int:key>/update/", actions.update_action, name="update_action"),
    path("<slug:reference>/actions/<int:key>/check/", actions.check_action, name="check_action"),
    path("<slug:reference>/moderation/", moderation.moderation, name="moderation"),
    path(
        "<slug:reference>/moderation/choose/", moderation.choose_moderated, name="choose_moderated"
    ),
    path("<slug:reference>/moderation/<int:key>/", moderation.second_look, name="second_look"),
    path(
        "<slug:reference>/moderation/<int:key>/grade/", moderation.grade_again, name="grade_again"
    ),
    path("<slug:reference>/moderation/<int:key>/back/", moderation.send_back, name="send_back"),
    path("<slug:reference>/coding/", coding.coding, name="coding"),
    path("<slug:reference>/coding/choose/", coding.choose_texts, name="choose_texts"),
    path("<slug:reference>/coding/suggestions/", suggesting.suggestions, name="suggestions"),
    path("<slug:reference>/coding/book/", coding.code_book, name="code_book"),
    path("<slug:reference>/coding/book/add/", coding.add_theme, name="add_theme"),
    path("<slug:reference>/coding/book/<slug:code>/", coding.change_theme, name="change_theme"),
    path(
        "<slug:reference>/coding/book/<slug:code>/retire/", coding.retire_theme, name="retire_theme"
    ),
    path(
        "<slug:reference>/coding/themes/<slug:code>/", coding.theme_passages, name="theme_passages"
    ),
    path("<slug:reference>/coding/<int:key>/", coding.coded_text, name="coded_text"),
    path("<slug:reference>/coding/<int:key>/code/", coding.code_text, name="code_text"),
    path("<slug:reference>/coding/<int:key>/let-go/", coding.let_go_text, name="let_go_text"),
    path("<slug:reference>/figures/", reports.figures, name="figures"),
    path("<slug:reference>/figures/met-good.csv", reports.figures_csv, name="figures_csv"),
    path("<slug:reference>/re-audit/", reports.reaudit, name="reaudit"),
    path("<slug:reference>/figures/<str:name>/", reports.figure, name="figure"),
    path("<slug:reference>/reports/", publishing.reports, name="reports"),
    path("<slug:reference>/reports/make/", publishing.make_report, name="make_report"),
    path("<slug:reference>/reports/<int:number>.<str:form>", publishing.download, name="download"),
    path("<slug:reference>/reports/<int:number>/", publishing.report, name="report"),
    path(
        "<slug:reference>/reports/<int:number>/preview/", publishing.preview, name="report_preview"
    ),
    path(
        "<slug:reference>/reports/<int:number>/forward/", publishing.put_forward, name="put_forward"
    ),
    path("<slug:reference>/reports/<int:number>/words/", publishing.words, name="found_words"),
    path(
        "<slug:reference>/reports/<int:number>/words/<int:key>/",
        publishing.clear_word,
        name="clear_word",
    ),
    path("<slug:reference>/reports/<int:number>/sign/", publishing.sign, name="sign_report"),
]
