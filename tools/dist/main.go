package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sbom is the tool that writes bills of materials. It is fetched by its version and stays out of the product's modules.
const sbom = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0"

// platforms are what binaries are made for.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

func main() {
	out := flag.String("out", "dist", "the folder that is filled")
	only := flag.String("only", "", "platforms, such as linux/amd64,windows/arm64 (default all)")
	withSBOM := flag.Bool("sbom", true, "write bills of materials, for which a tool is fetched")
	flag.Parse()
	ctx := context.Background()
	r := release{out: *out, sbom: *withSBOM, platforms: platforms}
	if *only != "" {
		r.platforms = strings.Split(*only, ",")
	}
	if err := r.make(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// release is one version that is being made.
type release struct {
	out       string
	platforms []string
	sbom      bool
	version   string
	date      time.Time // of the commit: every file bears it
}

func (r *release) make(ctx context.Context) error {
	if err := r.describe(ctx); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "waybill-dist")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	texts, err := r.texts(ctx, work)
	if err != nil {
		return err
	}
	for _, platform := range r.platforms {
		if !slices.Contains(platforms, platform) {
			return fmt.Errorf("%q is no platform; there are %s", platform, strings.Join(platforms, ", "))
		}
		if err := r.platform(ctx, work, platform, texts); err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
	}
	return checksums(r.out)
}

// describe finds out the version and the date of the commit. A tag is the version; between two it is the next one's
// beginning with the commit.
func (r *release) describe(ctx context.Context) error {
	date, err := output(ctx, "git", "log", "-1", "--format=%ct")
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(date, 10, 64)
	if err != nil {
		return err
	}
	r.date = time.Unix(seconds, 0).UTC()
	if r.version, err = output(ctx, "git", "describe", "--tags", "--dirty", "--match", "v*"); err != nil {
		commit, err := output(ctx, "git", "describe", "--always", "--dirty")
		if err != nil {
			return err
		}
		r.version = "v0.0.0-" + commit
	}
	fmt.Println(r.version)
	return nil
}

// texts are the files that are alike in every archive: the licence, manual pages, completions. A binary for this
// machine writes what is generated.
func (r *release) texts(ctx context.Context, work string) ([]file, error) {
	native := filepath.Join(work, "native")
	if err := r.build(ctx, runtime.GOOS, runtime.GOARCH, native); err != nil {
		return nil, err
	}
	var files []file
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
		files = append(files, file{name: name, from: name})
	}
	manuals := filepath.Join(work, "man")
	cmd := exec.CommandContext(ctx, native, "manuals", manuals)
	cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.date.Unix()))
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("manual pages: %w: %s", err, text)
	}
	pages, err := filepath.Glob(filepath.Join(manuals, "*.1"))
	if err != nil || len(pages) == 0 {
		return nil, errors.Join(err, errors.New("no manual page was written"))
	}
	for _, page := range pages {
		files = append(files, file{name: "man/man1/" + filepath.Base(page), from: page})
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		script, err := exec.CommandContext(ctx, native, "completion", shell).Output()
		if err != nil {
			return nil, fmt.Errorf("completion for %s: %w", shell, err)
		}
		path := filepath.Join(work, "waybill."+shell)
		if err := os.WriteFile(path, script, 0o644); err != nil {
			return nil, err
		}
		files = append(files, file{name: "completions/waybill." + shell, from: path})
	}
	return files, nil
}

// platform makes the archive and the bill of materials of one platform.
func (r *release) platform(ctx context.Context, work, platform string, texts []file) error {
	system, processor, _ := strings.Cut(platform, "/")
	name := fmt.Sprintf("waybill_%s_%s_%s", strings.TrimPrefix(r.version, "v"), system, processor)
	binary := file{name: "waybill", executable: true}
	pack, ending := tarball, ".tar.gz"
	if system == "windows" {
		binary.name, pack, ending = "waybill.exe", zipped, ".zip"
	}
	binary.from = filepath.Join(work, name)
	if err := r.build(ctx, system, processor, binary.from); err != nil {
		return err
	}
	if r.sbom {
		_, err := output(ctx, "go", "run", sbom, "bin", "-json", "-noserial", "-notimestamp", "-version", r.version,
			"-output", filepath.Join(r.out, name+".cdx.json"), binary.from)
		if err != nil {
			return err
		}
	}
	archive, err := os.Create(filepath.Join(r.out, name+ending))
	if err != nil {
		return err
	}
	return errors.Join(pack(archive, name, append([]file{binary}, texts...), r.date), archive.Close())
}

func (r *release) build(ctx context.Context, system, processor, into string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=true", "-ldflags", "-s -w -X main.version="+
		r.version, "-o", into, "./cmd/waybill")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+system, "GOARCH="+processor)
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, text)
	}
	return nil
}

// output is what a command prints, without the line break at its end.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return "", fmt.Errorf("%s %s: %w: %s", name, args[0], err, failed.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
