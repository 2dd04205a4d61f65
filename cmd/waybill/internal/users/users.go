package users

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Command is waybill users.
func Command(a *program.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "users",
		Short: "Invite, list and remove people who may sign in to the dashboard",
		Long: `People who may sign in to the dashboard of waybill serve. The first administrator comes
in by a link that waybill serve prints when there is no user yet; everybody else is
invited, here or in the settings of the dashboard. Nothing is mailed: you pass the link
on, and it is good once.

` + roleList(),
		Example: `  waybill users invite sam@example.com --role operator
  waybill users list
  waybill users reset sam@example.com`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newInviteCommand(a), newListCommand(a),
		newUserCommand(a, userCommand{use: "role EMAIL ROLE", args: 2, action: "set-role", done: "Changed the role of",
			short:   "Give a user another role, which signs the user out",
			example: `  waybill users role sam@example.com viewer`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.User, error) {
				role, err := access.ParseRole(args[1])
				if err != nil {
					return storage.User{}, err
				}
				return s.People.SetRole(ctx, a.Caller(), args[0], role)
			}}),
		newResetCommand(a),
		newUserCommand(a, userCommand{use: "remove EMAIL", args: 1, action: "remove-user", done: "Removed",
			short: "Remove a user, who is signed out at once", example: `  waybill users remove sam@example.com`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.User, error) {
				return s.People.Remove(ctx, a.Caller(), args[0])
			}}))
	return cmd
}

func roleList() string {
	var b strings.Builder
	for _, r := range access.Roles() {
		b.WriteString("  " + terminal.PadRight(string(r.Role), 14) + " " + r.Meaning + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func newInviteCommand(a *program.App) *cobra.Command {
	who := people.Invited{}
	role := string(access.Viewer)
	cmd := &cobra.Command{
		Use:   "invite EMAIL",
		Short: "Make a user and a link with which the user comes in",
		Long: `Makes a user and prints a link, with which the user chooses a password within a week.
The link is shown this once, and is good once. EMAIL names the user; nothing is sent
there, so pass the link on yourself. Where a provider signs people in (sign_in.issuer),
the user may also come by way of it, without the link.`,
		Example: `  waybill users invite sam@example.com --role operator
  waybill users invite ann@acme.example --group acme --name "Ann of Acme"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			var err error
			if who.Role, err = access.ParseRole(role); err != nil {
				return err
			}
			who.Email = args[0]
			return a.Open(ctx, func(s *service.Service) error {
				u, link, err := s.InviteUser(ctx, a.Caller(), who)
				if err != nil {
					return err
				}
				return printLink(ctx, a, s, "invite-user", "Invited", u, link)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&role, "role", role, "`ROLE` of the user: viewer, operator or administrator")
	flags.StringVar(&who.Group, "group", "", "`GROUP` that the user is confined to")
	flags.StringVar(&who.Name, "name", "", "`name` of the user")
	var words []string
	for _, r := range access.Roles() {
		words = append(words, string(r.Role)+"\t"+r.Meaning)
	}
	program.Must(cmd.RegisterFlagCompletionFunc("role",
		cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// printLink notes what was done, and prints a link, which nobody sees a second time.
func printLink(
	ctx context.Context, a *program.App, s *service.Service, action, done string, u storage.User, link string,
) error {
	if err := s.Did(ctx, a.Caller(), action, u.Email); err != nil {
		return err
	}
	groups, err := s.GroupNames(ctx, a.Caller())
	if err != nil {
		return err
	}
	if a.JSON() {
		return a.PrintJSON(wire.NewUserOf(u, link, groups))
	}
	a.Note("%s %s %s (%s). This link is shown once, and is good once:", a.Err().Good("✓"), done, u.Email, u.Role)
	a.Say("%s", link)
	return nil
}

func newListCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List users with their roles and when they signed in",
		Example: `  waybill users list
  waybill users list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				all, err := s.People.Users(ctx, a.Caller())
				if err != nil {
					return err
				}
				groups, err := s.GroupNames(ctx, a.Caller())
				if err != nil {
					return err
				}
				views := make([]wire.User, len(all))
				for i, u := range all {
					views[i] = wire.UserOf(u, groups)
				}
				if a.JSON() {
					return a.PrintJSON(views)
				}
				if len(views) == 0 {
					a.Note("There is no user yet. waybill serve prints a link for the first one; or: " +
						"waybill users invite sam@example.com --role administrator")
					return nil
				}
				a.Table(table(views))
				return nil
			})
		},
	}
}

func table(users []wire.User) ([]terminal.Column, [][]string) {
	rows := make([][]string, len(users))
	for i, u := range users {
		last := "never"
		if !u.SignedInAt.IsZero() {
			last = u.SignedInAt.Local().Format(time.DateTime)
		}
		by := strings.Join(u.SignsInBy, " ")
		if by == "" {
			by = "invited"
		}
		rows[i] = []string{u.Email, u.Name, u.Role, u.Group, by, last}
	}
	return []terminal.Column{{Title: "USER"}, {Title: "NAME", Elastic: true}, {Title: "ROLE"}, {Title: "GROUP"},
		{Title: "SIGNS IN BY"}, {Title: "LAST"}}, rows
}

func newResetCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:   "reset EMAIL",
		Short: "Make a link for a new password; the old one, codes and passkeys end",
		Long: `Forgets by what a user signs in (password, codes, passkeys), signs the user out, and
prints a link with which the user chooses a new password within a day. It is for who has
lost the phone, and for you when nobody else can let you in.`,
		Example: `  waybill users reset sam@example.com`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				u, link, err := s.ResetUser(ctx, a.Caller(), args[0])
				if err != nil {
					return err
				}
				return printLink(ctx, a, s, "reset-user", "Reset", u, link)
			})
		},
	}
}

// userCommand is a command that does one thing with a user.
type userCommand struct {
	use, short, example string
	args                int
	// action is the command's name in the audit log, done what it prints.
	action, done string
	do           func(ctx context.Context, s *service.Service, args []string) (storage.User, error)
}

func newUserCommand(a *program.App, c userCommand) *cobra.Command {
	return &cobra.Command{
		Use: c.use, Short: c.short, Example: c.example, Args: cobra.ExactArgs(c.args),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				u, err := c.do(ctx, s, args)
				if err != nil {
					return err
				}
				if err := s.Did(ctx, a.Caller(), c.action, strings.Join(args, " ")); err != nil {
					return err
				}
				groups, err := s.GroupNames(ctx, a.Caller())
				if err != nil {
					return err
				}
				if a.JSON() {
					return a.PrintJSON(wire.UserOf(people.User{User: u, HasPassword: u.Password != "",
						HasCode: len(u.TOTP) > 0}, groups))
				}
				a.Say("%s %s %s (%s)", a.Out().Good("✓"), c.done, a.Out().Strong(u.Email), u.Role)
				return nil
			})
		},
	}
}
