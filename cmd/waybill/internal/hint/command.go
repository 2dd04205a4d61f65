package hint

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/spelling"
)

// Commands lets a command that has others below it and takes no arguments answer a word that is none of them: which one
// was meant, or which there are.
func Commands(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		Commands(sub)
	}
	if !cmd.HasSubCommands() || cmd.Args == nil || cmd.Args(cmd, []string{"word"}) == nil {
		return
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return unknown(cmd, args[0])
	}
}

func unknown(cmd *cobra.Command, word string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	p := problem.New(problem.Usage, "%s has no command %q", cmd.CommandPath(), word)
	if meant := elsewhere(cmd, word); meant != "" {
		return p.Next("Did you mean: %s", meant)
	}
	if meant := spelling.Nearest(word, names); meant != "" {
		return p.Next("Did you mean: %s %s", cmd.CommandPath(), meant)
	}
	if !cmd.HasParent() {
		return p.Next("All commands: %s --help", cmd.CommandPath())
	}
	return p.Next("There are: %s", strings.Join(names, ", "))
}

// elsewhere are words that people bring from other programs, and the command that does it here.
func elsewhere(cmd *cobra.Command, word string) string {
	if cmd.HasParent() {
		return ""
	}
	return map[string]string{
		"init": "waybill connect", "login": "waybill connect", "add": "waybill connect", "pull": "waybill sync --once",
		"run": "waybill serve", "start": "waybill serve", "daemon": "waybill serve", "worker": "waybill serve",
		"push": "waybill outbox run", "queue": "waybill outbox list", "writes": "waybill outbox list",
		"check": "waybill doctor", "diagnose": "waybill doctor", "ping": "waybill doctor", "test": "waybill doctor",
		"forward": "waybill listen --forward-to URL", "events": "waybill changes",
		"feed": "waybill changes", "log": "waybill changes", "query": "waybill sql", "shops": "waybill stores",
		"list": "waybill stores", "ls": "waybill stores", "health": "waybill status", "mock": "waybill sandbox",
		"stock": "waybill products stock", "refund": "waybill orders refund", "note": "waybill orders note",
	}[word]
}

// Flag says of a flag that a command does not have which one was meant.
func Flag(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) {
		return plainFlag(cmd, err)
	}
	var names []string
	add := func(f *pflag.Flag) {
		if !f.Hidden && !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	cmd.Flags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	given := missing.GetSpecifiedName()
	if letters := missing.GetSpecifiedShortnames(); letters != "" {
		return problem.New(problem.Usage, "%s has no flag -%s", cmd.CommandPath(), given).
			Next("What begins with a dash and is no flag stands behind two of them: %s -- -%s", cmd.CommandPath(),
				letters)
	}
	p := problem.New(problem.Usage, "%s has no flag --%s", cmd.CommandPath(), given)
	if cmd.Name() == "export" && slices.Contains(partFlags, given) {
		return p.Next("An export is everything. A part of the orders: " +
			"waybill orders list --created-from 2026-11-30 --limit 0 --format csv --spreadsheet > orders.csv")
	}
	if meant := flagsElsewhere[given]; slices.Contains(names, meant) {
		return p.Next("Did you mean: --%s", meant)
	}
	if meant := spelling.Nearest(given, names); meant != "" {
		return p.Next("Did you mean: --%s", meant)
	}
	return p.Next("All flags: %s --help", cmd.CommandPath())
}

// partFlags choose some records, which lists do and exports do not.
var partFlags = []string{"created-from", "created-to", "created-before", "created-after", "modified-from",
	"modified-since", "from", "to", "since", "until", "before", "after", "status", "customer", "search", "query",
	"filter", "limit", "today", "date"}

// flagsElsewhere are flags that people bring from other programs, and what they are called here.
var flagsElsewhere = map[string]string{
	"to": "created-before", "until": "created-before", "before": "created-before", "created-to": "created-before",
	"created-until": "created-before", "from": "created-from", "since": "created-from", "after": "created-from",
	"created-after": "created-from", "created-since": "created-from", "updated-since": "modified-from",
	"modified-since": "modified-from", "query": "search", "filter": "search", "out": "output", "separator": "delimiter",
	"max": "limit", "mapping": "map",
}
