"""What adb complains of, in one line and with the cure."""

import re

# What `adb devices` calls a phone that is not ready.
STATES = {
    "unauthorized": "unlock the phone and allow USB debugging from this "
    "computer; if it does not ask, revoke the authorizations in its "
    "developer options",
    "authorizing": "wait a moment, or unlock the phone and allow it",
    "offline": "reconnect the cable, or run adb reconnect offline",
    "connecting": "wait a moment, or reconnect the cable",
    "no permissions": "add a udev rule for the phone (Debian: sudo apt-get "
    "install android-sdk-platform-tools-common) and reconnect it",
    "bootloader": "start Android: fastboot reboot",
    "recovery": "start Android: adb reboot",
    "sideload": "start Android: adb reboot",
}

# Why Android's package manager refuses an app.
_INSTALL = {
    "INSTALL_FAILED_UPDATE_INCOMPATIBLE": "another build of the app is "
    "there: adb uninstall org.tflm.keyboard",
    "INSTALL_FAILED_VERSION_DOWNGRADE": "a newer one is there: adb uninstall "
    "org.tflm.keyboard",
    "INSTALL_FAILED_INSUFFICIENT_STORAGE": "the phone is full: delete "
    "something there",
    "INSTALL_FAILED_USER_RESTRICTED": "allow installing by USB in the "
    "phone's developer options, and confirm it on the screen",
    "INSTALL_FAILED_VERIFICATION_FAILURE": "turn off verifying apps over USB "
    "in the phone's developer options",
    "INSTALL_FAILED_NO_MATCHING_ABIS": "the app has no code for this "
    "processor: see abis in android_demo/versions.json",
    "INSTALL_FAILED_OLDER_SDK": "this Android is too old for the app",
    "INSTALL_PARSE_FAILED": "this is no APK that Android can read: make apk "
    "builds one",
}


def install_complaint(name: str, apk: str, text: str) -> str:
    """Returns why a phone has refused an app."""
    found = re.search(r"INSTALL_\w+", text)
    reason = found[0] if found else last_line(text)
    cures = (cure for key, cure in _INSTALL.items() if reason.startswith(key))
    cure = next(cures, "install it by hand and see what the phone says")
    return f"{name} refuses {apk} ({reason}): {cure}"


def copy_complaint(name: str, what: str, text: str) -> str:
    """Returns why a file was not copied."""
    if "No space left" in text or "ENOSPC" in text:
        return f"{name} has no space for {what}: delete something there"
    if "Permission denied" in text:
        return (
            f"{name} denies access to {what}: start the app once on the "
            "phone, or install it again"
        )
    return f"{name}: {what} was not copied: {last_line(text)}"


def last_line(text: str) -> str:
    """Returns the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"
