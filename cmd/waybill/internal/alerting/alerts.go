package alerting

import (
	"context"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/alerts"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Alerts is waybill alerts.
func Alerts(a *program.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "Tell people of problems: by mail, Slack, a signed hook, or a heartbeat that stops",
		Long: `A channel is told once that a problem stands, and once that it is over, by waybill serve. One
that is over within alerts.grace is never told; of one that comes and goes at most two messages
an hour are sent. A heartbeat is called as long as all is well: the service that is called
speaks up when the calls stop, also when Waybill itself has ended.

docs/problems.md tells what messages say, and what happens to one that is not taken.`,
		Example: `  waybill alerts add ops --mail ops@example.com --smtp smtp://user@mail.example.com:587
  waybill alerts add chat --slack https://hooks.slack.com/services/T0/B0/XXX --grave
  waybill alerts test ops`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAddCommand(a), newChannelsCommand(a), newTestCommand(a), newMessagesCommand(a),
		newRemoveCommand(a))
	return cmd
}

// smtpPassword names the password of a mail server that is named without one.
const smtpPassword = "WAYBILL_SMTP_PASSWORD"

func newAddCommand(a *program.App) *cobra.Command {
	var n alerts.NewChannel
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Make a channel; give one of --mail, --slack, --hook, --heartbeat",
		Long: `Makes a channel. The mail server is --smtp, or alerts.smtp where that is not given; its password
is best given in ` + smtpPassword + `, and is kept encrypted. Messages to a --hook are signed as
Standard Webhooks has it; the secret is shown once.`,
		Example: `  waybill alerts add ops --mail ops@example.com --mail ceo@example.com
  waybill alerts add erp --hook https://erp.example.com/waybill-problems
  waybill alerts add pulse --heartbeat https://hc-ping.com/3f1c --every 1m`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n.Name = args[0]
			n.Reach.SMTP = withPassword(n.Reach.SMTP)
			return add(cmd.Context(), a, n)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&n.Reach.To, "mail", nil, "send mail to this `ADDRESS`; may be given more than once")
	f.StringVar(&n.Reach.SMTP, "smtp", "", "send it by this `SERVER`: smtp://user@mail.example.com:587, smtps://…:465")
	f.StringVar(&n.Reach.From, "from", "", "send it from this `ADDRESS`")
	f.StringVar(&n.Reach.Slack, "slack", "", "post to this `URL` what Slack takes")
	f.StringVar(&n.Reach.Hook, "hook", "", "post signed JSON to this `URL`")
	f.StringVar(&n.Reach.Secret, "secret", "", "sign it with this `SECRET` of Standard Webhooks; one is made without")
	f.StringVar(&n.Reach.Heartbeat, "heartbeat", "", "call this `URL` as long as all is well")
	f.BoolVar(&n.Grave, "grave", false, "only tell when data does not arrive or is not written")
	f.DurationVar(&n.Every, "every", 0, "call a heartbeat so often (1m); gather for others what there is to tell, such as 1h")
	return cmd
}

// withPassword is a mail server with the password that the environment holds, where it is named without one.
func withPassword(server string) string {
	u, err := url.Parse(server)
	password := os.Getenv(smtpPassword)
	if err != nil || u.User == nil || password == "" {
		return server
	}
	if _, given := u.User.Password(); given {
		return server
	}
	u.User = url.UserPassword(u.User.Username(), password)
	return u.String()
}

func add(ctx context.Context, a *program.App, n alerts.NewChannel) error {
	return a.Open(ctx, func(s *service.Service) error {
		made, secret, err := s.Alerts.Add(ctx, n)
		if err != nil {
			return err
		}
		if err := s.Did(ctx, a.Caller(), "add-channel", n.Name); err != nil {
			return err
		}
		if a.JSON() {
			return a.PrintJSON(wire.NewChannel{Channel: wire.ChannelOf(made), Secret: secret})
		}
		a.Note("%s Made %s (%s to %s). Try it: waybill alerts test %s", a.Err().Good("✓"), made.Name, made.Kind, made.Target,
			made.Name)
		if secret != "" {
			a.Note("Messages are signed with this, which is shown this once:")
			a.Say("%s", secret)
		}
		return nil
	})
}

func newChannelsCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List channels and how they stand",
		Example: `  waybill alerts list`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				all, err := s.Alerts.List(ctx)
				if err != nil {
					return err
				}
				views := wire.ChannelsOf(all)
				if a.JSON() {
					return a.PrintJSON(views)
				}
				if len(views) == 0 {
					a.Note("Nobody is told of problems. Make a channel: waybill alerts add ops --mail ops@example.com")
					return nil
				}
				rows := make([][]string, len(views))
				for i, c := range views {
					rows[i] = []string{c.Name, c.Kind, c.Target, tells(c), last(c.SentAt), c.Why}
				}
				a.Table([]terminal.Column{{Title: "CHANNEL"}, {Title: "KIND"}, {Title: "TO"}, {Title: "TELLS"},
					{Title: "LAST TAKEN"}, {Title: "WHAT IS WRONG"}}, rows)
				return nil
			})
		},
	}
}

// tells is in a few words what a channel tells, and when.
func tells(c wire.Channel) string {
	words := "all problems"
	if c.Grave {
		words = "grave problems"
	}
	if c.EverySeconds > 0 {
		words += ", every " + (time.Duration(c.EverySeconds * float64(time.Second))).String()
	}
	return words
}

func last(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return terminal.Moment(at.Local())
}

func newTestCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:     "test NAME",
		Short:   "Send a test message by a channel, now",
		Example: `  waybill alerts test ops`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return with(cmd.Context(), a, args[0], "test-channel", func(s *service.Service, c storage.Channel) error {
				if err := s.Alerts.Test(cmd.Context(), c); err != nil {
					return err
				}
				a.Note("%s %s has taken the test.", a.Err().Good("✓"), c.Target)
				return nil
			})
		},
	}
}

func newRemoveCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:     "remove NAME",
		Short:   "Forget a channel with its messages",
		Example: `  waybill alerts remove ops`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return with(cmd.Context(), a, args[0], "remove-channel", func(s *service.Service, c storage.Channel) error {
				if err := s.Alerts.Remove(cmd.Context(), c); err != nil {
					return err
				}
				a.Note("%s Removed %s.", a.Err().Good("✓"), c.Name)
				return nil
			})
		},
	}
}

// with does something with a channel, notes it, and shows the channel where JSON is wanted.
func with(
	ctx context.Context, a *program.App, name, action string, do func(*service.Service, storage.Channel) error,
) error {
	return a.Open(ctx, func(s *service.Service) error {
		c, err := s.Alerts.Find(ctx, name)
		if err != nil {
			return err
		}
		if err := do(s, c); err != nil {
			return err
		}
		if err := s.Did(ctx, a.Caller(), action, name); err != nil {
			return err
		}
		if a.JSON() {
			return a.PrintJSON(wire.ChannelOf(c))
		}
		return nil
	})
}

func newMessagesCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:     "messages NAME",
		Short:   "List what a channel was told, and what became of it",
		Example: `  waybill alerts messages ops`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				c, err := s.Alerts.Find(ctx, args[0])
				if err != nil {
					return err
				}
				all, err := s.Alerts.Messages(ctx, c, shown)
				if err != nil {
					return err
				}
				views := wire.AlertMessagesOf(all)
				if a.JSON() {
					return a.PrintJSON(views)
				}
				rows := make([][]string, len(views))
				for i, m := range views {
					rows[i] = []string{terminal.Moment(m.CreatedAt.Local()), m.State,
						strings.TrimPrefix(m.Subject, "Waybill: "), m.Error}
				}
				a.Table([]terminal.Column{{Title: "WHEN"}, {Title: "STATE"}, {Title: "SAYS"}, {Title: "WHAT IS WRONG"}}, rows)
				return nil
			})
		},
	}
}
