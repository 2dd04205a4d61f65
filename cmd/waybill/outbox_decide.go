package main

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
)

func newOutboxEditCommand(a *app) *cobra.Command {
	var policy, file string
	var set, allow []string
	cmd := &cobra.Command{
		Use:   "edit WRITE",
		Short: "Correct a rejected or parked write and send it again",
		Example: `  waybill outbox edit 01j9x2 --set line_items.0.sku=MUG-1
  waybill outbox edit 01j9x2 --file corrected.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (file == "") == (len(set) == 0) {
				return problem.New(problem.Usage, "give the correction either with --file or with --set").Next(
					"Example: --set billing.email=ann@shop.example")
			}
			return decide(cmd.Context(), a, args, "will be sent corrected",
				func(s *service.Service, w outbox.Write) (outbox.Write, error) {
					body, err := correctedBody(a, w, file, set)
					if err != nil {
						return w, err
					}
					return s.RetryWrite(cmd.Context(), w.ID, body, outbox.Policy(policy), allow...)
				})
		},
	}
	cmd.Flags().StringVar(&policy, "policy", "", "`policy` from now on: merge, reject, store or caller")
	cmd.Flags().StringVarP(&file, "file", "f", "",
		"`file` with all the fields to write as a JSON object; - reads standard input")
	cmd.Flags().StringArrayVar(&set, "set", nil, "`FIELD=VALUE`: one field to correct, the others stay; repeat it")
	cmd.Flags().StringSliceVar(&allow, "allow-unknown", nil,
		"`FIELD` that a plugin of the store takes and WooCommerce does not know; what the write was accepted with "+
			"stays allowed; repeat it")
	return cmd
}

func correctedBody(a *app, w outbox.Write, file string, set []string) ([]byte, error) {
	if file != "" {
		return readAll(a, file)
	}
	body, err := intake.Correct(w.Body, set)
	if err == nil {
		body, err = intake.Typed(w.Resource, body)
	}
	if err != nil {
		return nil, problem.Wrap(problem.Usage, err, "--set: %v", err)
	}
	return body, nil
}

func readAll(a *app, file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(a.stdin)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, problem.Wrap(problem.InputInvalid, err, "the input cannot be read: %v", err).
			Next("Check the path. A dash reads standard input: --file -")
	}
	return raw, nil
}

func newOutboxAdoptCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "adopt WRITE RECORD",
		Short: "Say which record of the store a parked write has made, so that it is done",
		Long: `A write whose answer was lost is parked when the store shows a record that could be
the one and does not prove it, or one that is not whole. You have looked at the store:
this command takes the record for the write's own, and nothing is sent again.`,
		Example: `  waybill outbox adopt 01j9x2 4711`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := argument.RecordNumber(args[1])
			if err != nil {
				return err
			}
			return decide(cmd.Context(), a, args[:1], "is done", func(s *service.Service, w outbox.Write) (outbox.Write,
				error) {
				return s.AdoptWrite(cmd.Context(), w.ID, id)
			})
		},
	}
}

func newOutboxDiscardCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "discard WRITE…",
		Short:   "Decide that writes shall not be sent",
		Example: `  waybill outbox discard 01j9x2`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return decide(cmd.Context(), a, args, "will not be sent",
				func(s *service.Service, w outbox.Write) (outbox.Write, error) {
					return s.DiscardWrite(cmd.Context(), w.ID)
				})
		},
	}
}

// decide applies a person's decision to each write named.
func decide(ctx context.Context, a *app, ids []string, done string,
	apply func(*service.Service, outbox.Write) (outbox.Write, error)) error {
	return a.withStores(ctx, func(s *service.Service) error {
		var all []outbox.Write
		for _, prefix := range ids {
			w, err := s.Write(ctx, prefix)
			if err != nil {
				return err
			}
			if w, err = apply(s, w); err != nil {
				return err
			}
			all = append(all, w)
		}
		return sayDecided(ctx, a, s, all, done)
	})
}
