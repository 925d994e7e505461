# What `mailgen TARGET ADDRESS --json` says, in the words of home-manager's accounts.email: pure, no build, no network.
#
#   mailgen mutt ada@sina.com --json > ada.json
#   account ./ada.json   ->   { address = "ada@sina.com"; userName = ...; imap = { host; port; tls; }; smtp = ...; }
#
# What mailgen has chosen, and warned of, stays its word: nothing is chosen again here.
let
  read = file:
    let answer = builtins.fromJSON (builtins.readFile file); in
    if (answer.format or null) != 1
    then throw "mailgen: ${toString file} is of a format that this file does not know; take them from one release"
    else answer;

  server = answer: protocol:
    let found = builtins.filter (one: one.protocol == protocol) answer.servers; in
    if found == [ ] then null else builtins.head found;

  place = one: {
    inherit (one) host port;
    tls = {
      enable = true;
      useStartTls = one.tls == "starttls";
    };
  };

  # home-manager has one login name for all servers of an account.
  loginName = answer:
    let names = builtins.attrNames (builtins.listToAttrs
      (map (one: { name = one.username; value = null; }) answer.servers)); in
    if builtins.length names == 1 then builtins.head names
    else throw "mailgen: ${answer.address} logs in with another name at each server, which home-manager cannot say";
in
rec {
  account = file:
    let
      answer = read file;
      of = name: let one = server answer name; in if one == null then { } else { ${name} = place one; };
    in
    { inherit (answer) address; userName = loginName answer; } // of "imap" // of "smtp";

  # What mailgen warns of, as home-manager's `warnings` has it.
  warnings = file:
    let answer = read file; in
    map (one: "mailgen: ${answer.address}: ${one.what.en}")
      (builtins.filter (one: one.severity == "warning") answer.findings);

  # The files that mailgen writes for the program, by their path below the home; those with a literal secret are none.
  files = file:
    builtins.listToAttrs (map
      (one: { name = builtins.replaceStrings [ "~/" ] [ "" ] one.path; value = one.text; })
      (builtins.filter (one: one.kind == "file" && one ? text) (read file).files));
}
