"""What lies inside archives and compressed files, told by their first bytes and never by a name.

`sniff` costs next to nothing and is asked about every blob; everything else is loaded for what it says yes to. Nothing is written to a
disk, so that a name such as `../../etc/passwd` is only a name.
"""
