"""A small Internet in a box: DNS, web servers, and hosts that mean no good, in a private network.

In it `mailgen discover` runs as users run it: the resolver, the trusted authorities and the addresses are
those of the network, and no option or variable knows about a test.

    cases.py     the domains that live here: what DNS and the web say for each, and what must come of it
    pages.py     what the web servers hold
    places.py    the addresses: public ones, and those where nobody may ever knock
    zone.py      the zone of all names, for Knot DNS (authoritative, on 127.0.0.1)
    web.py       the sites, for nginx, with certificates of an authority that this network trusts
    hostile.py   what no real server does: slow, endless, broken, silent; DNS that changes its mind
    inside.py    what runs in there: starts all of these, then obeys tests.lab.agent
    drive.py     searches for all domains in one process
    talk.py      runs command lines of mailgen in one process
    net.py       all of it as one object; plugin.py makes pytest fixtures of it
"""
