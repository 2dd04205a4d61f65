package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the release build with -ldflags "-X main.version=…".
var version = ""

func newVersionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
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
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func runVersion(a *app) error {
	report := buildInfo()
	if a.global.json {
		return a.printJSON(report)
	}
	a.say("waybill %s (%s, %s)", report.Version, report.Go, report.Platform)
	return nil
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
			if setting.Key == "vcs.revision" {
				report.Commit = setting.Value
			}
		}
		if report.Version == "" && info.Main.Version != "(devel)" {
			report.Version = info.Main.Version
		}
	}
	if report.Version == "" {
		report.Version = "dev"
	}
	return report
}
