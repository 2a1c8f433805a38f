class Slugline < Formula
  desc "Language server for wiki-style markdown notes"
  homepage "@repository@"
  version "@version@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@repository@/releases/download/v@version@/slugline-macos-arm64.tar.gz"
      sha256 "@sha256:slugline-macos-arm64.tar.gz@"
    end
    on_intel do
      url "@repository@/releases/download/v@version@/slugline-macos-x64.tar.gz"
      sha256 "@sha256:slugline-macos-x64.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@repository@/releases/download/v@version@/slugline-linux-arm64.tar.gz"
      sha256 "@sha256:slugline-linux-arm64.tar.gz@"
    end
    on_intel do
      url "@repository@/releases/download/v@version@/slugline-linux-x64.tar.gz"
      sha256 "@sha256:slugline-linux-x64.tar.gz@"
    end
  end

  def install
    bin.install "slugline"
    man1.install "man/slugline.1"
    bash_completion.install "completions/slugline.bash" => "slugline"
    fish_completion.install "completions/slugline.fish"
    zsh_completion.install "completions/_slugline"
  end

  test do
    (testpath/"a.md").write "[[missing]]\n"
    assert_match "broken-link", shell_output("#{bin}/slugline check --format concise #{testpath}", 1)
  end
end
