"""Campaign folders read: from files with lines to models, and every mistake on the way."""
