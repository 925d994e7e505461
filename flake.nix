{
  description = "A mail address becomes working, safe configuration for mail clients";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: rec {
        mailgen = pkgs.callPackage ./packaging/nix/package.nix { src = self; };
        default = mailgen;
      });
      apps = each (pkgs: {
        default = { type = "app"; program = "${self.packages.${pkgs.system}.mailgen}/bin/mailgen"; };
      });
      overlays.default = final: prev: {
        mailgen = final.callPackage ./packaging/nix/package.nix { src = self; };
      };
      homeManagerModules.default = import ./packaging/nix/home-manager.nix;
      lib = import ./packaging/nix/answers.nix;
    };
}
