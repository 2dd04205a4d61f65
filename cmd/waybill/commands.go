package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/alerting"
	"github.com/waybillhq/waybill/cmd/waybill/internal/listening"
	"github.com/waybillhq/waybill/cmd/waybill/internal/receipts"
	"github.com/waybillhq/waybill/cmd/waybill/internal/redoing"
	"github.com/waybillhq/waybill/cmd/waybill/internal/subscriptions"
	"github.com/waybillhq/waybill/cmd/waybill/internal/tokens"
	"github.com/waybillhq/waybill/cmd/waybill/internal/tracing"
	"github.com/waybillhq/waybill/cmd/waybill/internal/users"
)

// The groups of the help, in the order a person meets them.
const (
	groupStart    = "start"
	groupRead     = "read"
	groupWrite    = "write"
	groupServe    = "serve"
	groupDiagnose = "diagnose"
	groupDevelop  = "develop"
)

// commands lists every command below the root, in the order of the help. To add one, add its constructor to the group
// it belongs to.
func (a *app) commands() []*cobra.Command {
	return inGroups(map[string][]*cobra.Command{
		groupStart: {
			newConnectCommand(a),
			newStoresCommand(a),
			newSyncCommand(a),
			newServeCommand(a),
			newVerifyCommand(a),
			redoing.Fetch(a.forRooms()),
			newMigrateCommand(a),
			newBackupCommand(a),
			newRestoreBackupCommand(a),
		},
		groupRead: {
			newOrdersCommand(a),
			newProductsCommand(a),
			newCustomersCommand(a),
			newChangesCommand(a),
			newExportCommand(a),
			newSQLCommand(a),
		},
		groupWrite: {
			newCouponsCommand(a),
			newVariationsCommand(a),
			newCategoriesCommand(a),
			newTagsCommand(a),
			newWebhooksCommand(a),
			newOutboxCommand(a),
		},
		groupServe: {
			subscriptions.Command(a.forRooms()),
			subscriptions.Deliveries(a.forRooms()),
			receipts.Command(a.forRooms()),
			users.Command(a.forRooms()),
			redoing.Reconcile(a.forRooms()),
			tokens.Command(a.forRooms()),
			tokens.Groups(a.forRooms()),
			tokens.Audit(a.forRooms()),
		},
		groupDiagnose: {
			newStatusCommand(a),
			alerting.Problems(a.forRooms()),
			alerting.Alerts(a.forRooms()),
			tracing.Command(a.forRooms()),
			newDoctorCommand(a),
			newRoleCommand(a),
		},
		groupDevelop: {
			newSandboxCommand(a),
			listening.Command(a.forRooms()),
			listening.Trigger(a.forRooms()),
			newDemoCommand(a),
			newVersionCommand(a),
			newManualsCommand(),
		},
	})
}

// inGroups marks each command with its group and gives them in one list.
func inGroups(groups map[string][]*cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, id := range []string{groupStart, groupRead, groupWrite, groupServe, groupDiagnose, groupDevelop} {
		for _, cmd := range groups[id] {
			cmd.GroupID = id
			all = append(all, cmd)
		}
	}
	return all
}
