"""Messages about repositories, in the shapes of Forgejo's webhooks and of Pagure."""

from __future__ import annotations

from typing import Any

from hubs.demo.cast import InventedPerson
from hubs.demo.package_messages import PREFIX
from hubs.demo.stage import Message, Stage

PAGURE_PREFIX = "io.pagure.dev.pagure"


def forge_pushed(
    stage: Stage, person: InventedPerson, repository: str, summaries: list[str]
) -> Message:
    """Say that somebody pushed commits to a repository.

    Args:
        stage: What to draw from.
        person: Who.
        repository: Host, owner and name, as in ``forge.example/lantern/kernel``.
        summaries: The first line of each commit.
    """
    revisions = [stage.digits(40) for _ in summaries]
    author = {"email": person.email, "name": person.full_name, "username": person.username}
    commits = [
        {
            "author": author,
            "committer": author,
            "id": revision,
            "message": f"{summary}\n",
            "url": f"https://{repository}/commit/{revision}",
        }
        for summary, revision in zip(summaries, revisions, strict=True)
    ]
    before = stage.digits(40)
    body = {
        "after": revisions[-1],
        "before": before,
        "commits": commits,
        "compare_url": f"https://{repository}/compare/{before}...{revisions[-1]}",
        "head_commit": commits[-1],
        "pusher": _account(person),
        "ref": "refs/heads/main",
        "total_commits": len(commits),
    }
    return _forgejo("push", person, repository, body)


def issue(stage: Stage, person: InventedPerson, repository: str, title: str) -> dict[str, Any]:
    """Make an issue, as Forgejo describes it inside its messages."""
    number = stage.chance.randrange(1, 400)
    return {
        "assignees": None,
        "body": "",
        "html_url": f"https://{repository}/issues/{number}",
        "labels": [],
        "number": number,
        "state": "open",
        "title": title,
        "user": _account(person),
    }


def issue_changed(
    person: InventedPerson, repository: str, issue: dict[str, Any], action: str
) -> Message:
    """Say that an issue was opened or closed."""
    body = {"action": action, "issue": issue, "number": issue["number"]}
    return _forgejo("issues", person, repository, body)


def issue_commented(
    stage: Stage, person: InventedPerson, repository: str, issue: dict[str, Any], text: str
) -> Message:
    """Say that somebody wrote under an issue."""
    number = stage.number()
    comment = {
        "body": text,
        "html_url": f"{issue['html_url']}#issuecomment-{number}",
        "id": number,
        "user": _account(person),
    }
    body = {"action": "created", "comment": comment, "is_pull": False, "issue": issue}
    return _forgejo("issue_comment", person, repository, body)


def pull_request(
    stage: Stage, person: InventedPerson, repository: str, title: str
) -> dict[str, Any]:
    """Make a pull request, as Forgejo describes it inside its messages."""
    number = stage.chance.randrange(1, 400)
    return {
        "base": {"label": "main", "ref": "main"},
        "body": "",
        "head": {"label": "change", "ref": "change"},
        "html_url": f"https://{repository}/pulls/{number}",
        "merged": False,
        "number": number,
        "state": "open",
        "title": title,
        "user": _account(person),
    }


def pull_request_changed(
    person: InventedPerson, repository: str, request: dict[str, Any], action: str
) -> Message:
    """Say that a pull request was opened, or closed by merging it."""
    merged = {"merged": True, "state": "closed"} if action == "closed" else {}
    body = {"action": action, "number": request["number"], "pull_request": {**request, **merged}}
    return _forgejo("pull_request", person, repository, body)


def pagure_issue_opened(
    stage: Stage, person: InventedPerson, repository: str, title: str
) -> Message:
    """Say that a ticket was opened, as Pagure says it."""
    number = stage.chance.randrange(1, 400)
    url = f"https://{repository}/issue/{number}"
    ticket: dict[str, Any] = {
        "assignee": None,
        "blocks": [],
        "comments": [],
        "content": "",
        "date_created": str(int(stage.time)),
        "depends": [],
        "full_url": url,
        "id": number,
        "private": False,
        "status": "Open",
        "tags": [],
        "title": title,
        "user": _pagure_account(person),
    }
    body = {"agent": person.username, "issue": ticket, "project": _project(person, repository)}
    return f"{PAGURE_PREFIX}.issue.new", body


def pagure_request_merged(
    stage: Stage, person: InventedPerson, merger: InventedPerson, repository: str, title: str
) -> Message:
    """Say that a pull request was merged, as Pagure says it."""
    number = stage.chance.randrange(1, 400)
    project = _project(person, repository)
    request = {
        "branch": "main",
        "branch_from": "change",
        "comments": [],
        "date_created": str(int(stage.time)),
        "full_url": f"https://{repository}/pull-request/{number}",
        "id": number,
        "project": project,
        "repo_from": project,
        "status": "Merged",
        "title": title,
        "uid": stage.digits(32),
        "user": _pagure_account(person),
    }
    body = {"agent": merger.username, "merged": True, "pullrequest": request}
    return f"{PAGURE_PREFIX}.pull-request.closed", body


def _account(person: InventedPerson) -> dict[str, Any]:
    return {
        "full_name": person.full_name,
        "html_url": f"https://forge.example/{person.username}",
        "login": person.username,
        "username": person.username,
    }


def _pagure_account(person: InventedPerson) -> dict[str, Any]:
    return {"fullname": person.full_name, "name": person.username, "url_path": person.username}


def _forgejo(event: str, person: InventedPerson, repository: str, body: dict[str, Any]) -> Message:
    _, owner, name = repository.split("/")
    described = {
        "full_name": f"{owner}/{name}",
        "html_url": f"https://{repository}",
        "name": name,
        "owner": {"login": owner, "username": owner},
        "private": False,
    }
    body = {**body, "repository": described, "sender": _account(person)}
    headers = {"X-Forgejo-Event": event, "X-Forgejo-Event-Type": event}
    # The service that puts these on the bus knows no account for Forgejo's people.
    return f"{PREFIX}.forgejo.{event}", {"agent": None, "body": body, "headers": headers}


def _project(person: InventedPerson, repository: str) -> dict[str, Any]:
    _, namespace, name = repository.split("/")
    return {
        "description": "",
        "full_url": f"https://{repository}",
        "fullname": f"{namespace}/{name}",
        "name": name,
        "namespace": namespace,
        "parent": None,
        "tags": [],
        "url_path": f"{namespace}/{name}",
        "user": _pagure_account(person),
    }
