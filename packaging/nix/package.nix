{
  lib,
  stdenv,
  fetchFromGitHub,
  installShellFiles,
  rustPlatform,
  nix-update-script,
}:

rustPlatform.buildRustPackage (finalAttrs: {
  pname = "slugline";
  version = "@version@";

  src = fetchFromGitHub {
    owner = "@owner@";
    repo = "@project@";
    tag = "v${finalAttrs.version}";
    hash = lib.fakeHash; # `nix-update` writes it
  };

  cargoHash = lib.fakeHash; # `nix-update` writes it

  # The tests of the command line want a commit, which the archive of a tag has not.
  doCheck = false;

  nativeBuildInputs = [ installShellFiles ];
  postInstall = lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) ''
    $out/bin/slugline man >slugline.1
    installManPage slugline.1
    installShellCompletion --cmd slugline \
      --bash <($out/bin/slugline completions bash) \
      --fish <($out/bin/slugline completions fish) \
      --zsh <($out/bin/slugline completions zsh)
  '';

  passthru.updateScript = nix-update-script { };

  meta = {
    description = "Language server for wiki-style markdown notes";
    homepage = "@repository@";
    changelog = "@repository@/blob/v@version@/CHANGELOG.md";
    license = with lib.licenses; [ mit asl20 ];
    maintainers = [ ]; # nixpkgs wants whoever sends it
    mainProgram = "slugline";
    platforms = lib.platforms.unix;
  };
})
