package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/sandbox"
)

// replayOptions are the flags of waybill sandbox replay.
type replayOptions struct {
	section, id string
}

func newSandboxReplayCommand(a *app) *cobra.Command {
	var opts replayOptions
	cmd := &cobra.Command{
		Use:   "replay FILE",
		Short: "Play exchanges recorded from a real store against the sandbox and show every difference",
		Long: `Replay plays a file of recorded exchanges against fresh sandbox stores, one for
each section of the file, and prints in which points the answers differ from the
recorded ones: status, headers, JSON values. Values that change from run to run
are compared by type and shape, message texts not at all.

Exit status 0: no difference. 10: some.`,
		Example: `  waybill sandbox replay recordings/exchanges.jsonl
  waybill sandbox replay recordings/exchanges.jsonl --section auth
  waybill sandbox replay recordings/exchanges.jsonl --id oauth-header
  waybill sandbox replay recordings/exchanges.jsonl --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runReplay(cmd.Context(), a, args[0], opts) },
	}
	cmd.Flags().StringVar(&opts.section, "section", "", "play one `section` only")
	cmd.Flags().StringVar(&opts.id, "id", "", "report on one `step` only; its section is played up to it")
	return cmd
}

func runReplay(ctx context.Context, a *app, path string, opts replayOptions) error {
	file, err := os.Open(path)
	if err != nil {
		return problem.Wrap(problem.InputInvalid, err, "The recordings cannot be read: %v", err).
			Next("Name a file of recorded exchanges, one JSON object a line.")
	}
	defer file.Close()
	report, err := sandbox.Replay(ctx, file, sandbox.ReplayOptions{
		Section: opts.section, ID: opts.id, Files: os.DirFS(filepath.Dir(path)),
	})
	if err != nil {
		return problem.Wrap(problem.InputInvalid, err, "%v", err).Next("Name a section or step that the file has.")
	}
	if a.global.json {
		err = report.WriteJSON(a.stdout)
	} else {
		err = report.WriteText(a.stdout)
	}
	if err != nil {
		return err
	}
	if len(report.Different) > 0 {
		return exit(problem.ExitDifferent)
	}
	return nil
}
