package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/rowinput"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// writable is a resource with commands that write it.
type writable struct {
	resource  storage.Resource
	command   string // where it is not the name of the resource
	one, many string
	trash     bool // a delete moves it to the trash unless forced
	named     string
	parent    string // what it belongs to, as an argument: "PRODUCT"
	create    string // examples
	update    string
}

// name is that of its command.
func (w writable) name() string {
	if w.command != "" {
		return w.command
	}
	return string(w.resource)
}

// arguments are those of the command line before the record itself.
func (w writable) arguments() string {
	if w.parent != "" {
		return "STORE " + w.parent
	}
	return "STORE"
}

func (w writable) count() int { return len(strings.Fields(w.arguments())) }

// options begin to say what the rows of an input are; they read the parent from the arguments.
func (w writable) options(action outbox.Action, args []string, key string) (intake.Options, error) {
	o := intake.Options{Action: action, Resource: w.resource, Key: key}
	if w.parent == "" {
		return o, nil
	}
	id, err := argument.RecordNumber(args[1])
	o.ParentID = id
	return o, err
}

// one is a command that writes one record named by the command line.
type one struct {
	use, short, example string
	resource            storage.Resource
	update              bool
	args                int // beyond STORE and ID
	flags               func(*pflag.FlagSet)
	write               func(id int64, args []string) (outbox.Write, error)
}

func newOneCommand(a *app, o one) *cobra.Command {
	var flags writeFlags
	cmd := &cobra.Command{
		Use: o.use, Short: o.short, Example: o.example,
		Args: cobra.ExactArgs(2 + o.args),
		RunE: func(cmd *cobra.Command, args []string) error {
			row := intake.Row{}
			id := int64(0) // of an order it is found later
			var err error
			if ofOrders(o.resource) {
				row.Order = args[1]
			} else if id, err = argument.RecordNumber(args[1]); err != nil {
				return err
			}
			for _, text := range args[2:] {
				if !utf8.ValidString(text) {
					return problem.New(problem.InputInvalid,
						"%q is not written in UTF-8, and its letters would be lost; nothing was accepted", text).
						Next("Set the terminal to UTF-8")
				}
			}
			if row.Write, err = o.write(id, args[2:]); err != nil {
				return err
			}
			row.Resource = o.resource
			return runWrites(cmd.Context(), a, args[0], flags, []intake.Row{row})
		},
	}
	flags.register(cmd.Flags(), o.update)
	if ofOrders(o.resource) {
		flags.order.register(cmd)
	}
	if o.flags != nil {
		o.flags(cmd.Flags())
	}
	return cmd
}

// newCreateCommand writes new records of a resource from an input.
func newCreateCommand(a *app, w writable) *cobra.Command {
	var flags writeFlags
	var input rowinput.Flags
	cmd := &cobra.Command{
		Use:   "create " + w.arguments(),
		Short: "Create " + w.many + " from a file, standard input or flags, each exactly once",
		Long: `Reads one JSON object, an array, JSON lines or CSV, and creates what it says.

The input is checked as a whole before anything is accepted. Each row gets an
idempotency key from its content unless you give one, so reading the same file
again creates nothing twice.`,
		Example: w.create,
		Args:    cobra.ExactArgs(w.count()),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := w.options(outbox.Create, args, flags.key)
			if err != nil {
				return err
			}
			return runInput(cmd.Context(), a, args[0], flags, &input, o)
		},
	}
	flags.register(cmd.Flags(), false)
	flags.registerYes(cmd.Flags())
	input.Register(cmd.Flags())
	return cmd
}

// newUpdateCommand changes records of a resource: one named, or those of an input's rows.
func newUpdateCommand(a *app, w writable) *cobra.Command {
	var flags writeFlags
	var input rowinput.Flags
	names := "its number"
	if w.named != "" {
		names += " or " + w.named
	}
	cmd := &cobra.Command{
		Use:   "update " + w.arguments() + " [ID]",
		Short: "Change fields of " + w.many + "; what you do not name stays as it is",
		Long: fmt.Sprintf(`Changes one %s by %s, or many by those in each row of the input.

Only the fields given are sent, and only if nobody else changed them on the store
since it was last read; --policy says what happens otherwise.`, w.one, names),
		Example: w.update,
		Args:    cobra.RangeArgs(w.count(), w.count()+1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := w.options(outbox.Update, args, flags.key)
			if err == nil && len(args) > w.count() {
				err = rowinput.Name(&o, args[w.count()])
			}
			if err != nil {
				return err
			}
			return runInput(cmd.Context(), a, args[0], flags, &input, o)
		},
	}
	flags.register(cmd.Flags(), true)
	flags.registerYes(cmd.Flags())
	if w.resource == storage.Products || w.resource == storage.Variations {
		flags.registerAgain(cmd.Flags()) // inventory_delta
	}
	input.Register(cmd.Flags())
	if ofOrders(w.resource) {
		flags.order.register(cmd)
	}
	return cmd
}

func newDeleteCommand(a *app, w writable) *cobra.Command {
	var flags writeFlags
	force := !w.trash
	cmd := &cobra.Command{
		Use:   "delete " + w.arguments() + " ID…",
		Short: "Delete " + w.many + " for good",
		Example: fmt.Sprintf(`  waybill %[1]s delete my-shop %[2]s
  waybill %[1]s delete my-shop %[2]s --wait --json`, w.name(), strings.TrimSpace(strings.Repeat("17 ", w.count()-1)+"4711")),
		Args: cobra.MinimumNArgs(w.count() + 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var rows []intake.Row
			for i, text := range args[w.count():] {
				o, err := w.options(outbox.Delete, args, "")
				if err == nil {
					err = rowinput.Name(&o, text)
				}
				if err != nil {
					return err
				}
				row := intake.Row{Name: o.Name, Order: o.Order, Write: outbox.Write{Action: outbox.Delete,
					Resource: o.Resource, RecordID: o.RecordID, ParentID: o.ParentID, Force: force}}
				if flags.key != "" && len(args) > w.count()+1 {
					row.Key = fmt.Sprintf("%s#%d", flags.key, i+1)
				}
				rows = append(rows, row)
			}
			return runWrites(cmd.Context(), a, args[0], flags, rows)
		},
	}
	flags.register(cmd.Flags(), false)
	if ofOrders(w.resource) {
		flags.order.register(cmd)
	}
	if w.trash {
		cmd.Short = "Put " + w.many + " into the trash, or delete them for good with --force"
		cmd.Flags().BoolVar(&force, "force", false, "delete for good instead of to the trash")
	}
	return cmd
}

// newRestoreCommand brings a record back from the trash. The store does not say which status it had.
func newRestoreCommand(a *app, w writable, preset string) *cobra.Command {
	var status string
	return newOneCommand(a, one{
		use: "restore STORE ID", resource: w.resource, update: true,
		short:   "Bring one of the " + w.many + " back from the trash",
		example: fmt.Sprintf("  waybill %s restore my-shop 4711 --status %s --wait", w.name(), preset),
		flags: func(flags *pflag.FlagSet) {
			flags.StringVar(&status, "status", preset, "`status` it shall have: the store does not say which it had")
		},
		write: func(id int64, _ []string) (outbox.Write, error) {
			if status == storage.StatusTrash {
				return outbox.Write{}, problem.New(problem.Usage, "--status trash is where it lies")
			}
			return statusWrite(id, status)
		},
	})
}

// statusWrite gives a record another status.
func statusWrite(id int64, status string) (outbox.Write, error) {
	body, err := json.Marshal(map[string]string{"status": status})
	return outbox.Write{Action: outbox.Update, RecordID: id, Body: body}, err
}

// newWritesCommand is a command with nothing but create, update and delete below it.
func newWritesCommand(a *app, w writable, more string) *cobra.Command {
	cmd := &cobra.Command{
		Use:     w.name(),
		Short:   "Create, change and delete " + w.many,
		Example: w.create + more,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newCreateCommand(a, w), newUpdateCommand(a, w), newDeleteCommand(a, w))
	return cmd
}
