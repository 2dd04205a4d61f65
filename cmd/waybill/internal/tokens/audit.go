package tokens

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/accessview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Audit is waybill audit.
func Audit(a *program.App) *cobra.Command {
	q := storage.AuditQuery{}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show who did what by the HTTP API, and what was refused",
		Long: `Shows the audit log, the newest first: what was changed by the HTTP API or in tokens
and groups, by whom, from where, and how it ended; and what was refused. Reading that was
allowed is not in it. Entries are kept for serve.audit_keep.`,
		Example: `  waybill audit
  waybill audit --token 4fZk0aQ2 --limit 500 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				entries, err := s.Audit(ctx, a.Caller(), q)
				if err != nil {
					return err
				}
				names, err := s.GroupNames(ctx, a.Caller())
				if err != nil {
					return err
				}
				views := make([]wire.AuditEntry, len(entries))
				for i, e := range entries {
					views[i] = wire.AuditEntryOf(e, names)
				}
				if a.JSON() {
					return a.PrintJSON(views)
				}
				if len(views) == 0 {
					a.Note("Nothing was done yet.")
					return nil
				}
				a.Table(accessview.Audit(views))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&q.Actor, "token", "", "only what the `TOKEN` with this prefix did")
	cmd.Flags().IntVar(&q.Limit, "limit", 50, "most `entries`; 0 shows all")
	return cmd
}
