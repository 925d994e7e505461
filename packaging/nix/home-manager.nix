# A module of home-manager: accounts from what mailgen says of them.
#
#   programs.mailgen.accounts.work = ./work.json;    # mailgen mutt you@company.example --json > work.json
{ config, lib, ... }:
let
  answers = import ./answers.nix;
  given = config.programs.mailgen.accounts;
in
{
  options.programs.mailgen.accounts = lib.mkOption {
    type = lib.types.attrsOf lib.types.path;
    default = { };
    description = ''
      Accounts of `accounts.email.accounts` by name: for each a file that
      `mailgen mutt ADDRESS --json` has written. What else an account needs
      (realName, passwordCommand, primary) is said there, as usual.
    '';
  };

  config = {
    accounts.email.accounts = lib.mapAttrs (_: file: lib.mapAttrs (_: lib.mkDefault) (answers.account file)) given;
    warnings = lib.concatMap answers.warnings (lib.attrValues given);
  };
}
