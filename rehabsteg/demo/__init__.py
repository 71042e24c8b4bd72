"""The demo municipality: made-up people in a made-up Kvarnby, the same every time for a seed."""
