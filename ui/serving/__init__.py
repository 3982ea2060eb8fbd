"""What a server needs beside its pages: limits, headers, health, measurements, logs and an orderly end."""
