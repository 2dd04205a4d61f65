package main

import (
	"context"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/service"
)

// forRooms is what commands that have a room of their own are given of this program.
func (a *app) forRooms() *program.App {
	return &program.App{
		Open: func(ctx context.Context, work func(*service.Service) error) error {
			return a.withService(ctx, nil, work)
		},
		Forgetful: a.forgetful,
		Data: func() string {
			cfg, err := a.loadConfig(nil)
			if err != nil {
				return ""
			}
			return cfg.Data
		},
		In: a.stdin, Caller: a.local, JSON: func() bool { return a.global.json }, PrintJSON: a.printJSON,
		PrintJSONLine: a.printJSONLine,
		Say:           a.say, Note: a.note,
		Table: a.table, Facts: a.facts, Out: func() terminal.Terminal { return a.out },
		Err: func() terminal.Terminal { return a.err }, Exit: func(status int) error { return exit(status) },
	}
}

// local is the person at the command line, as the audit log names them.
func (a *app) local() access.Caller {
	user := a.getenv("USER")
	if user == "" {
		user = a.getenv("USERNAME")
	}
	return access.Local(user)
}
