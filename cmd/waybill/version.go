package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/waybillhq/waybill/internal/problem"
)

// version is set by the release build with -ldflags "-X main.version=…".
var version = ""

func newVersionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program, and what it was built from",
		Example: `  waybill version
  waybill version --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return runVersion(a)
		},
	}
}

// buildReport is the result of waybill version --json.
type buildReport struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	// Modified says that files were changed after the commit.
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func runVersion(a *app) error {
	report := buildInfo()
	if a.global.json {
		return a.printJSON(report)
	}
	a.say("%s", report)
	return nil
}

// String is the report on one line.
func (r buildReport) String() string {
	commit := "commit unknown"
	if r.Commit != "" {
		commit = "commit " + r.Commit[:min(len(r.Commit), 12)]
	}
	if r.Modified {
		commit += " and later changes"
	}
	return fmt.Sprintf("waybill %s (%s, %s, %s)", r.Version, commit, r.Go, r.Platform)
}

// buildInfo says what this program was built from.
func buildInfo() buildReport {
	report := buildReport{
		Version:  version,
		Go:       runtime.Version(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				report.Commit = setting.Value
			case "vcs.modified":
				report.Modified = setting.Value == "true"
			}
		}
		if report.Version == "" && info.Main.Version != "(devel)" {
			report.Version = info.Main.Version // what `go install …@v1.2.3` has fetched
		}
	}
	if report.Version == "" {
		report.Version = "dev"
	}
	return report
}

// newManualsCommand writes the manual pages. It is for who makes packages, and not shown in the help.
func newManualsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "manuals DIRECTORY",
		Short:   "Write a manual page (man) for every command",
		Long:    "Writes the pages of section 1, one for each command. SOURCE_DATE_EPOCH dates them.",
		Example: "  waybill manuals /usr/local/share/man/man1",
		Args:    cobra.ExactArgs(1),
		Hidden:  true,
		RunE:    func(cmd *cobra.Command, args []string) error { return runManuals(cmd.Root(), args[0]) },
	}
}

func runManuals(root *cobra.Command, dir string) error {
	date := time.Unix(0, 0).UTC()
	if text := os.Getenv("SOURCE_DATE_EPOCH"); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return problem.New(problem.Usage, "SOURCE_DATE_EPOCH is %q and no number of seconds", text)
		}
		date = time.Unix(seconds, 0).UTC()
	}
	root.DisableAutoGenTag = true
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "waybill " + buildInfo().Version,
			Manual: "Waybill", Date: &date}, dir)
	}
	if err != nil {
		return problem.Wrap(problem.Usage, err, "%s cannot be written: %v", filepath.Clean(dir), err)
	}
	return nil
}
