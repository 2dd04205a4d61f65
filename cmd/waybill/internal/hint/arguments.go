package hint

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/problem"
)

// Arguments lets every command say in plain words that it was given too few words or too many: which it takes, and what
// was probably forgotten.
func Arguments(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		Arguments(sub)
	}
	check := cmd.Args
	if check == nil {
		return
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		err := check(cmd, args)
		if err == nil {
			err = blank(cmd, args)
		}
		if _, ours := err.(*problem.Problem); err == nil || ours { //nolint:errorlint // it is not wrapped
			return err
		}
		return wrongNumber(cmd, args)
	}
}

func wrongNumber(cmd *cobra.Command, args []string) error {
	_, takes, _ := strings.Cut(strings.TrimSuffix(cmd.Use, " [flags]"), " ")
	wanted := strings.Fields(takes)
	required := 0
	for _, word := range wanted {
		if !strings.HasPrefix(word, "[") {
			required++
		}
	}
	given := "nothing was given"
	if len(args) > 0 {
		given = "given was: " + quoted(args)
	}
	switch {
	case takes == "":
		return problem.New(problem.Usage, "%s takes no arguments, and %s", cmd.CommandPath(), given).
			Next("What it takes: %s --help", cmd.CommandPath())
	case len(args) < required:
		p := problem.New(problem.Usage, "%s needs %s, and %s", cmd.CommandPath(), takes, given)
		if len(args) > 0 && wanted[0] == "STORE" {
			return p.Next("Name the store first: waybill stores lists them. Usage: %s", cmd.UseLine())
		}
		return p.Next("Usage: %s. Examples: %s --help", cmd.UseLine(), cmd.CommandPath())
	}
	return problem.New(problem.Usage, "%s takes %s, and %s", cmd.CommandPath(), takes, given).
		Next("A text with blanks stands in quotation marks. Usage: %s", cmd.UseLine())
}

// quoted shows the first words of a command line.
func quoted(args []string) string {
	const shown = 5
	var words []string
	for i, arg := range args {
		if i == shown {
			words = append(words, "…")
			break
		}
		words = append(words, fmt.Sprintf("%.40q", arg))
	}
	return strings.Join(words, " ")
}
