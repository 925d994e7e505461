"""Accounts for Thunderbird for Android and K-9 Mail as QR codes."""
