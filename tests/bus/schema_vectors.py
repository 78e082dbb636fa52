"""The peers' vectors as messages of the schemas that today's services publish by.

Most vectors are older than the schemas. Those whose service has one that they do not fit are named
here; over Fedora Messaging they go as messages without a schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

import jsonschema
from fedora_messaging.message import Message

from tests.bus import schema_messages
from tests.bus.schema_messages import NO_SCHEMA
from tests.bus.vectors import Vector

#: By the module of the vectors: what was different when they were sent, and which they are.
_TOO_OLD: Mapping[str, tuple[str, str]] = {
    "tests": (
        "the wiki's edits had no diff_url yet",
        "TestMediaWikiEdit",
    ),
    "anitya": (
        "Anitya's projects had no versions, and its flags no packages",
        "LegacyTestAddProject TestEditProject LegacyTestEditProject "
        "LegacyTestRemoveProject LegacyTestNewMappingProject "
        "LegacyTestUpdatedMappingProject TestFirstNewUpstreamVersionLegacy "
        "TestNewUpstreamVersion TestOddNewUpstreamVersion TestNewUpstreamVersionMutiMap "
        "TestFirstNewUpstreamVersion TestRemoveMappingProject "
        "LegacyTestRemoveMappingProject LegacyTestRemoveVersionProject TestProjectFlag "
        "LegacyTestProjectFlag TestProjectFlag_WithPackages "
        "LegacyTestProjectFlag_WithPackages",
    ),
    "ansible": (
        "a run in check mode says so with false, and the schema wants a text",
        "TestAnsiblePlaybookStart",
    ),
    "bodhi": (
        "Bodhi's updates had no alias, its overrides no nvr and its edits no new_bugs; or are null",
        "LegacyTestBodhiUpdateComplete LegacyTestBodhiRequestMultiplePackagesPerUpdate "
        "TestBodhiUpdateEject TestLegacy2015BodhiUpdateComplete "
        "TestBodhiRequestMultiplePackagesPerUpdate TestBodhiRequestUnpush "
        "TestBodhiRequestObsolete TestBodhiRequestStable TestBodhiRequestRevoke "
        "TestBodhiRequestTesting TestLegacy2015BodhiComment TestBodhiOverrideTagged "
        "LegacyTestBodhiOverrideTagged TestBodhiOverrideUntagged "
        "LegacyTestBodhiOverrideUntagged TestBodhiUpdateEdit TestBodhiErrataPublish",
    ),
    "buildsys": (
        "Koji's builds had no epoch, and its tasks no info",
        "TestKojiTaskStateChangeStart TestKojiTaskStateChangeFail "
        "TestKojiTaskStateChangeFailWithTarget TestKojiBuildStateChangeStart "
        "TestKojiBuildStateChangeStartNoOwner TestKojiBuildStateChangeCancel "
        "TestKojiBuildStateChangeFail TestKojiBuildStateChangeComplete",
    ),
    "bz": (
        "Bugzilla's events had no action, and its bugs null for an object",
        "TestLegacy030BugzillaUpdate TestLegacy030BugzillaNew "
        "TestLegacy84cd3720BugzillaComment TestLegacy018492a2BugzillaUpdate "
        "Test031BugzillaUpdate Test031BugzillaNew Test031BugzillaUpdateEmpty",
    ),
    "coprs": (
        "Copr's builds had no status or no owner",
        "TestCoprsBuildStart TestCoprsBuildEnd TestCoprsBuildEndBrokenNOVR TestCoprsChrootStart",
    ),
    "elections": (
        "elections had times for dates, or no agent",
        "TestLegacyElectionsNew TestElectionsEdit TestElectionsCandidateNew "
        "TestElectionsCandidateEdit TestElectionsCandidateDelete TestElectionsNew",
    ),
    "fas": (
        "the account system did not wrap its messages",
        "TestFASUserCreateLegacy TestFASUserCreate TestFASEditProfile "
        "TestLegacy2FASGroupSponsor TestFASGroupSponsor",
    ),
    "fedocal": (
        "meetings had no location",
        "TestMeetingCreate TestMeetingUpdate TestMeetingDelete TestMeetingReminder",
    ),
    "github": (
        "github2fedmsg did not wrap the bodies of webhooks",
        "TestGithubWebhook TestGithubPush TestGithubIssueOpen TestGithubIssueLabel "
        "TestGithubIssueReopen TestGithubIssueComment TestGithubCreate "
        "TestGithubPullRequestClosed TestGithubFork TestGithubStatus TestGithubDelete "
        "TestGithubPullRequestComment TestGithubCommitComment TestGithubLegacyWatch "
        "TestGithubStar TestGithubRelease TestGithubPageBuild TestGithubTeamAdd "
        "TestGithubMember TestGithubDeploymentStatus TestGithubPullRequestReviewPending "
        "TestGithubPullRequestReviewApproved TestGithubPullRequestReviewRequestChanges "
        "TestGithubPullRequestReviewComment",
    ),
    "koschei": (
        "Koschei's collections had no repo_id",
        "TestKoscheiCollectionStateChange",
    ),
    "mailman3": (
        "mails had no date",
        "TestMailman3NewReply TestMailman3NewMail",
    ),
    "mdapi": (
        "the packages that changed were not named",
        "TestNewProjectLegacy",
    ),
    "pagure": (
        "Pagure's projects, issues and people had no full_url, its accesses no branches",
        "TestNewProject TestNewIssue TestNewIssueComment TestNewIssueCommentNamespace "
        "TestNewIssueTag TestRemovedIssueTag TestAssignedIssue TestBrokenAssignedIssue "
        "TestResetAssignedIssue TestNewIssueDependency TestRemovedIssueDependency "
        "TestIssueEdit TestIssueEditStatus TestProjectEdit TestProjectUserAccessUpdated "
        "LegacyTestProjectGroupAdded TestProjectGroupAdded "
        "TestProjectGroupAccessUpdated TestProjectUserAdded LegacyTestProjectUserAdded "
        "TestProjectTagRemoved TestProjectTagEdited TestProjectForked "
        "TestNewPullRequestComment TestEditPullRequestComment TestNewPullRequestclosed "
        "TestNewPullRequestMerged TestNewPullRequestNew TestPullRequestFlagAdded "
        "TestPullRequestFlagUpdated LegacyTestGitCommit TestGitCommit TestIssueDrop "
        "TestNewProjectDistGit TestProjectForkedDistGit TestProjectDeleted "
        "TestFlagCommitAdd TestFlagCommitUpdate TestPullRequestTagAdded "
        "TestPullRequestTagRemoved TestProjectUserRemoved TestPRUpdated TestPRRebased",
    ),
    "scm": (
        "pushes had no agent",
        "TestGitReceiveLegacyModified TestSCM TestSCMWithNamespace TestSCMSingleLine",
    ),
    "zodbot": (
        "meetings had no start_time",
        "TestSupybotStartMeetingNoName TestSupybotStartMeeting TestSupybotEndMeeting "
        "TestSupybotEndMeetingNoTitle",
    ),
}
#: The vectors that do not fit the schema of their topic.
TOO_OLD = frozenset(
    f"{module}.{name}" for module, (_, names) in _TOO_OLD.items() for name in names.split()
)
_TOPIC = "its class says nothing but the topic"
_HOLE = "its class looks for the project elsewhere, and leaves a hole in the sentence"
#: The vectors that fit, and whose class has no sentence for them that can be shown; and why.
SILENT: Mapping[str, str] = {
    "buildsys.LegacyTestKojiRPMSign": "its class raises",
    "buildsys.LegacyTestKojiRepoDone": _TOPIC,
    "buildsys.TestKojiRepoDone": _TOPIC,
    "buildsys.TestKojiRepoInit": _TOPIC,
    "hotness.TestHotnessDropAnitya": _HOLE,
    "hotness.TestHotnessDropBugzilla": _HOLE,
    "hotness.TestHotnessDropPkgdb": _HOLE,
}


def has_schema(vector: Vector) -> bool:
    """Say whether there is a schema for messages of its topic."""
    return bool(_candidates(vector))


def message_of(vector: Vector) -> Message | None:
    """Make a message of the schema of its topic, or nothing if it fits none."""
    for schema in reversed(_candidates(vector)):
        body = vector.envelope["msg"]
        try:
            jsonschema.validate(body, schema.body_schema)
        except jsonschema.ValidationError:
            continue
        return schema(body=body, topic=vector.envelope["topic"])
    return None


def _candidates(vector: Vector) -> list[type[Message]]:
    return _by_topic()[vector.topic] or _by_topic()[vector.service]


@cache
def _by_topic() -> defaultdict[str, list[type[Message]]]:
    """Give the classes by their topic, or by their service if they are of all its topics."""
    found = defaultdict(list)
    for made in schema_messages.load():
        if made.name not in NO_SCHEMA:
            topic = made.envelope["topic"].removeprefix("org.fedoraproject.prod.")
            found[topic if made.schema.topic else topic.partition(".")[0]].append(made.schema)
    return found
