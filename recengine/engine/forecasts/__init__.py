"""Where a taste goes next: fitted forecasters, what they say, and how well they did."""
