package receipts

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/wire"
)

// Command is waybill receipts.
func Command(a *program.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "receipts",
		Short: "See which records a receiver says it has, and which receipts are missing",
		Long: `A receiver gives a receipt for a record: "I have this order, as my number". It does so in its
answer to an event, or by POST /v1/receipts. A subscription may demand receipts within a time
(waybill subscriptions create --receipt-within 10m): what was sent and has none by then is
overdue, although the receiver answered 200.

docs/trace.md tells how a receiver gives receipts, and what to do about missing ones.`,
		Example: `  waybill receipts overdue
  waybill receipts list erp --missing
  waybill receipts add erp --store shop --reference SO-1001 4711`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newListCommand(a), newOverdueCommand(a), newAddCommand(a))
	return cmd
}

// receiverFlags name who gives receipts.
type receiverFlags struct {
	consumer bool
	group    string
}

func (f *receiverFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.consumer, "consumer", false, "RECEIVER is a named consumer of the log of changes")
	flags.StringVar(&f.group, "group", "", "the `group` that it belongs to")
}

func (f *receiverFlags) find(
	ctx context.Context, a *program.App, s *service.Service, name string,
) (receipts.Receiver, error) {
	return s.Receiver(ctx, a.Caller(), service.NamedReceiver{Name: name, Group: f.group, Consumer: f.consumer})
}

func newListCommand(a *program.App) *cobra.Command {
	var by receiverFlags
	var store string
	var missing bool
	var limit int
	cmd := &cobra.Command{
		Use:   "list RECEIVER",
		Short: "List what a receiver says it has, the newest first, or what it has not",
		Example: `  waybill receipts list erp
  waybill receipts list erp --missing --store shop`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				receiver, err := by.find(ctx, a, s, args[0])
				if err != nil {
					return err
				}
				views, err := s.ListReceipts(ctx, receiver, store, missing, limit)
				switch {
				case err != nil:
					return err
				case a.JSON():
					return a.PrintJSON(views)
				case len(views) == 0:
					a.Note("There are no such receipts.")
					return nil
				}
				a.Table(table(views))
				return nil
			})
		},
	}
	by.add(cmd.Flags())
	cmd.Flags().StringVar(&store, "store", "", "only those of records of this `STORE`")
	cmd.Flags().BoolVar(&missing, "missing", false, "only records that were sent and have no receipt")
	cmd.Flags().IntVar(&limit, "limit", 100, "at most this `many`; 0 for all")
	return cmd
}

func table(all []wire.Receipt) ([]terminal.Column, [][]string) {
	rows := make([][]string, len(all))
	for i, r := range all {
		at := r.GivenAt
		if at.IsZero() {
			at = r.SentAt
		}
		note := ""
		switch {
		case r.Instead != "":
			note = "it named " + r.Instead + " instead"
		case r.Unsent:
			note = "it was never sent this"
		case r.State == "lacked":
			note = "its list lacked this " + terminal.Moment(r.LackedAt.Local())
		}
		rows[i] = []string{r.Store, fmt.Sprintf("%s %d", r.Resource, r.RecordID), r.State, terminal.Moment(at.Local()),
			r.Reference, note}
	}
	return []terminal.Column{{Title: "STORE"}, {Title: "RECORD"}, {Title: "STATE"}, {Title: "SINCE"},
		{Title: "REFERENCE"}, {Title: "NOTE"}}, rows
}

func newOverdueCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:     "overdue",
		Short:   "Count the receipts that are overdue, by subscription and store",
		Long:    "Counts the receipts that are overdue.\n\nExit status: 0 when there is none, 10 when there are some.",
		Example: `  waybill receipts overdue`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			var views []wire.OverdueReceipts
			err := a.Open(ctx, func(s *service.Service) (err error) {
				views, err = s.OverdueReceipts(ctx)
				return err
			})
			if err != nil {
				return err
			}
			switch {
			case a.JSON():
				err = a.PrintJSON(views)
			case len(views) == 0:
				a.Note("No receipt is overdue.")
			default:
				a.Table(overdueTable(views))
			}
			if err == nil && len(views) > 0 {
				err = a.Exit(exitOverdue)
			}
			return err
		},
	}
}

func overdueTable(all []wire.OverdueReceipts) ([]terminal.Column, [][]string) {
	rows := make([][]string, len(all))
	for i, o := range all {
		rows[i] = []string{o.Subscription, o.Store, fmt.Sprint(o.Count), terminal.Moment(o.Since.Local())}
	}
	return []terminal.Column{{Title: "SUBSCRIPTION"}, {Title: "STORE"}, {Title: "MISSING", Right: true},
		{Title: "SENT SINCE"}}, rows
}
