"""What the invented people say and write."""

from __future__ import annotations

#: What is in an update.
NOTES = (
    "Wakes up faster, and no longer forgets the time.",
    "A new upstream release with fourteen small mends.",
    "Stops the fan from howling when nothing happens.",
    "Brings the translations of the last month.",
    "Mends a crash when the last window is closed twice.",
)

#: What testers say of an update, and the karma that they give.
KARMA = (
    ("Works on my fourteen-year-old laptop.", 1),
    ("Installs, starts, hums quietly. Thank you!", 1),
    ("Ran all day without a hiccup.", 1),
    ("Starts, but the splash screen is upside down.", 0),
    ("Looks good, I only had time for a quick try.", 0),
    ("Does not start without a network; log is attached to the issue.", -1),
)

#: What people report.
ISSUES = (
    "The lid closes, but the music goes on",
    "Chapter three says blue where it means green",
    "Crash when the clock shows 13:37",
    "Right-to-left text runs into the margin",
    "The teapot icon has two spouts at 16 pixels",
    "Search finds nothing that begins with an umlaut",
    "Please explain where the log is",
    "Wallpaper is cut off on very wide screens",
)

#: What others answer.
ANSWERS = (
    "I see it here too. Which version do you have?",
    "Good find! I have a change for it nearly ready.",
    "Could you attach the log? The field guide says where it is.",
    "This would be a fine first change for somebody. I help.",
)

#: What people change.
CHANGES = (
    "Explain how to ask for a review",
    "Read the battery once a minute, not once a second",
    "Draw the focus ring in a colour that everybody sees",
    "Take out the option that nobody could explain",
    "Test the way back as well as the way there",
    "Translate the welcome page into Icelandic",
    "Show the time of the last report",
)

#: Badges, each with what it is for.
BADGES = (
    ("First Cup of Tea", "You said hello and stayed for the answer."),
    ("Wind-up Key", "You tested five updates and told how it went."),
    ("Paper Boat", "Your first change to the handbook was merged."),
    ("Night Lantern", "You mended something after dark."),
    ("Octopus", "You helped in eight teams."),
)
