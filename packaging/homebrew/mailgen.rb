# A formula for a tap; homebrew-core wants a stable release and some fame first. `brew update-python-resources mailgen`
# fills in the resources, and the release workflow says URL and digest.
class Mailgen < Formula
  include Language::Python::Virtualenv

  desc "Turns a mail address into working, safe configuration for mail clients"
  homepage "https://mailgen.invalid/"
  url "https://files.pythonhosted.org/packages/source/m/mailgen/mailgen-1.0.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license all_of: ["MIT", "MPL-2.0"]

  depends_on "libyaml"
  depends_on "python@3.13"
  depends_on "rpds-py"

  # Resources: idna, jinja2, markupsafe, jsonschema, jsonschema-specifications, referencing, attrs, pyyaml.

  def install
    virtualenv_install_with_resources
    man1.install_symlink libexec/"share/man/man1/mailgen.1"
  end

  test do
    assert_match "smtp.sohu.com", shell_output("#{bin}/mailgen msmtp user@sohu.com --quiet")
  end
end
