"""A phone's side of adb over loopback, so that the real client has a phone."""
