"""The format of offlineimaprc, which OfflineIMAP reads."""
