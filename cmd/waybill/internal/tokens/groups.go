package tokens

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/accessview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Groups is waybill groups.
func Groups(a *program.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "groups",
		Short: "Keep sets of stores apart: tokens of a group see its stores only",
		Example: `  waybill groups create acme
  waybill groups add-store acme acme-shop
  waybill tokens create "ERP of Acme" --group acme`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newGroupsListCommand(a),
		newGroupCommand(a, groupCommand{use: "create GROUP", args: 1, action: "create-group", done: "Made the group",
			short: "Make a group", example: `  waybill groups create acme`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.Group, error) {
				return s.CreateGroup(ctx, args[0])
			}}),
		newGroupCommand(a, groupCommand{use: "add-store GROUP STORE", args: 2, action: "move-store",
			done: "Put the store into", short: "Put a store into a group, out of any other",
			example: `  waybill groups add-store acme acme-shop`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.Group, error) {
				return moveStore(ctx, a, s, args[1], args[0])
			}}),
		newGroupCommand(a, groupCommand{use: "take-store STORE", args: 1, action: "move-store",
			done: "Took it out of its group:", short: "Take a store out of its group",
			example: `  waybill groups take-store acme-shop`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.Group, error) {
				return moveStore(ctx, a, s, args[0], "")
			}}),
		newGroupCommand(a, groupCommand{use: "remove GROUP", args: 1, action: "remove-group", done: "Removed",
			short: "Remove a group without stores; its tokens end", example: `  waybill groups remove acme`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.Group, error) {
				return s.RemoveGroup(ctx, args[0])
			}}),
	)
	return cmd
}

func newGroupsListCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List groups with their stores",
		Example: `  waybill groups list
  waybill groups list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				groups, err := s.Groups(ctx, a.Caller())
				if err != nil {
					return err
				}
				stores, err := s.Stores(ctx)
				if err != nil {
					return err
				}
				views := make([]wire.Group, len(groups))
				for i, g := range groups {
					views[i] = wire.GroupOf(g, stores)
				}
				if a.JSON() {
					return a.PrintJSON(views)
				}
				if len(views) == 0 {
					a.Note("There is no group yet. Make one: waybill groups create acme")
					return nil
				}
				a.Table(accessview.Groups(views))
				return nil
			})
		},
	}
}

// groupCommand is a command that does one thing with a group.
type groupCommand struct {
	use, short, example string
	args                int
	// action is the command's name in the audit log, done what it prints.
	action, done string
	do           func(ctx context.Context, s *service.Service, args []string) (storage.Group, error)
}

func newGroupCommand(a *program.App, c groupCommand) *cobra.Command {
	return &cobra.Command{
		Use: c.use, Short: c.short, Example: c.example, Args: cobra.ExactArgs(c.args),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				g, err := c.do(ctx, s, args)
				if err != nil {
					return err
				}
				if err := s.Did(ctx, a.Caller(), c.action, strings.Join(args, " ")); err != nil {
					return err
				}
				stores, err := s.Stores(ctx)
				if err != nil {
					return err
				}
				if a.JSON() {
					return a.PrintJSON(wire.GroupOf(g, stores))
				}
				a.Say("%s %s %s", a.Out().Good("✓"), c.done, a.Out().Strong(g.Name))
				return nil
			})
		},
	}
}

// moveStore puts a store into a group, or out of its own for an empty name, and gives the group that it is about.
func moveStore(ctx context.Context, a *program.App, s *service.Service, store, group string) (storage.Group, error) {
	st, err := s.Store(ctx, store)
	if err != nil {
		return storage.Group{}, err
	}
	if group != "" {
		if _, err := s.MoveStore(ctx, st.ID, group); err != nil {
			return storage.Group{}, err
		}
		return s.Group(ctx, a.Caller(), group)
	}
	if st.GroupID == 0 {
		return storage.Group{}, problem.New(problem.GroupNotFound, "the store %s is in no group", st.Name)
	}
	names, err := s.GroupNames(ctx, a.Caller())
	if err != nil {
		return storage.Group{}, err
	}
	if _, err := s.MoveStore(ctx, st.ID, ""); err != nil {
		return storage.Group{}, err
	}
	return s.Group(ctx, a.Caller(), names[st.GroupID])
}
