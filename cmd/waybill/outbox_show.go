package main

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/service"
)

func newOutboxShowCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "show WRITE",
		Short:             "Show a write: what it sends, what it was based on, where it stands and why",
		Example:           `  waybill outbox show 01j9x2`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: noFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withReader(cmd.Context(), func(r *service.Reader) error {
				w, err := r.Write(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				lessons, err := r.Lessons(cmd.Context(), w.StoreID)
				if err != nil {
					return err
				}
				return showWrite(a, w, lessons)
			})
		},
	}
}

func showWrite(a *app, w outbox.Write, lessons []string) error {
	v := writeview.Of(w)
	v.Body, v.Base, v.Conflict, v.Lessons = w.Body, w.Base, outbox.Differences(w), lessons
	if a.global.json {
		return a.printJSON(v)
	}
	a.say("%s  %s", a.out.Strong(w.ID), writeview.Describe(w))
	a.say("  state     %s, %d attempts, accepted %s", w.State, w.Attempts,
		w.AcceptedAt.Local().Format("2006-01-02 15:04:05"))
	a.say("  key       %s", w.Key)
	if !v.NextAt.IsZero() {
		a.say("  next try  %s", writeview.NextTry(w))
	}
	if w.Behind != nil {
		a.say("  waits     %s", strings.TrimPrefix(w.Behind.String(), "waits "))
	}
	if w.Reason != nil {
		a.say("  why       %s", w.Reason.Message)
		for _, f := range w.Reason.Fields {
			a.say("            %s: %s", f.Field, f.Message)
		}
	}
	if differences := outbox.Differences(w); differences != nil {
		a.say("")
		rows := make([][]string, len(differences))
		for i, d := range differences {
			rows[i] = []string{d.Field, cellOf(d.Seen), cellOf(d.Theirs), cellOf(d.Ours)}
		}
		a.table([]terminal.Column{{Title: "FIELD"}, {Title: "YOU SAW", Elastic: true},
			{Title: "THE STORE HAS", Elastic: true}, {Title: "YOU WRITE", Elastic: true}}, rows)
	} else if w.Body != nil {
		a.say("  writes    %s", w.Body)
	}
	for _, lesson := range lessons {
		a.say("  learned   %s", lesson)
	}
	if w.State == outbox.Parked || w.State == outbox.Rejected {
		a.note("Decide: waybill outbox retry %[1]s, waybill outbox edit %[1]s, or waybill outbox discard %[1]s", w.ID)
	}
	return nil
}

// cellOf is a value as a cell of a table; what is not there stays empty.
func cellOf(raw json.RawMessage) string {
	var text string
	switch {
	case string(raw) == "null":
		return ""
	case json.Unmarshal(raw, &text) == nil:
		return text
	default:
		return string(raw)
	}
}
