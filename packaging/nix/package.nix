# mailgen for Nix. Its tests want the mail programs and a network, so only what needs neither is run here.
{ lib, python3Packages, src }:

python3Packages.buildPythonApplication {
  pname = "mailgen";
  version = builtins.head (builtins.match ".*__version__ = \"([^\"]+)\".*"
    (builtins.readFile "${src}/generator/mailgen/__init__.py"));
  pyproject = true;
  inherit src;

  build-system = with python3Packages; [ hatchling argparse-manpage fastjsonschema ];
  dependencies = with python3Packages; [ idna jinja2 jsonschema pyyaml ];
  optional-dependencies = with python3Packages; {
    data = [ cryptography publicsuffixlist ];
    discover = [ defusedxml dnspython httpx publicsuffixlist ];
    login = [ oauthlib ];
    qr = [ segno ];
    site = [ markdown-it-py ];
    toml = [ tomlkit ];
  };

  doCheck = false;
  pythonImportsCheck = [ "mailgen.cli.main" ];
  installCheckPhase = ''
    $out/bin/mailgen msmtp user@sohu.com --quiet | grep -q 'host.*smtp.sohu.com'
  '';
  doInstallCheck = true;

  meta = {
    description = "Turn a mail address into working, safe configuration for mail clients";
    license = with lib.licenses; [ mit mpl20 ];
    mainProgram = "mailgen";
  };
}
