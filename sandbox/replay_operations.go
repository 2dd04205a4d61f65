package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// serverOperations are what the recordings do inside the store, by name. An operation returns the output that the
// recording shows.
var serverOperations = map[string]func(p *player, args json.RawMessage) (output any, err error){
	"reset":                       reset,
	"set_option":                  setOption,
	"set_user_role":               setUserRole,
	"read_api_keys":               readAPIKeys,
	"delete_api_key":              deleteAPIKey,
	"create_application_password": createApplicationPassword,
}

func reset(p *player, _ json.RawMessage) (any, error) {
	p.store.Reset()
	p.surround()
	return nil, nil
}

func setOption(p *player, args json.RawMessage) (any, error) {
	var a struct{ Name, Value string }
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	p.store.shop.Update(func(st *shop.Store) { st.SetOption(a.Name, a.Value) })
	return nil, nil
}

func setUserRole(p *player, args json.RawMessage) (any, error) {
	var a struct{ User, Role string }
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	return nil, p.onUser(a.User, func(u *identity.User) { p.store.directory.SetRoles(u, a.Role) })
}

// onUser runs f on a user with the store locked.
func (p *player) onUser(login string, f func(*identity.User)) (err error) {
	p.store.shop.Update(func(*shop.Store) {
		u, ok := p.store.directory.ByLogin(login)
		if !ok {
			err = fmt.Errorf("the store has no user %q", login)
			return
		}
		f(u)
	})
	return err
}

// watchedKeys are the logins whose keys the recordings look at.
var watchedKeys = []string{"smread", "smwrite", "cust", "sub", "author"}

// readAPIKeys shows the keys made since the installation. While there are none, it shows which of the watched keys were
// used.
func readAPIKeys(p *player, _ json.RawMessage) (any, error) {
	var used, made []map[string]any
	p.store.shop.View(func(*shop.Store) {
		for _, key := range p.store.directory.Keys() {
			login := ""
			if user, ok := p.store.directory.User(key.UserID); ok {
				login = user.Login
			}
			switch {
			case int(key.ID) >= len(accounts):
				made = append(made, map[string]any{
					"key_id": strconv.FormatInt(key.ID, 10), "user_id": strconv.FormatInt(key.UserID, 10),
					"description": key.Description, "permissions": key.Permissions,
					"last_access": databaseTime(key.LastAccess),
				})
			case slices.Contains(watchedKeys, login):
				used = append(used, map[string]any{"user": login, "permissions": key.Permissions,
					"used": !key.LastAccess.IsZero()})
			}
		}
	})
	if made != nil {
		return made, nil
	}
	return used, nil
}

// databaseTime is a time as MySQL shows it; null for the zero time.
func databaseTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.DateTime)
}

func deleteAPIKey(p *player, args json.RawMessage) (any, error) {
	var a struct{ User string }
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	return nil, p.onUser(a.User, func(u *identity.User) { p.store.directory.RemoveUserKeys(u.ID) })
}

func createApplicationPassword(p *player, args json.RawMessage) (any, error) {
	var a struct{ User, Name string }
	if err := json.Unmarshal(args, &a); err != nil {
		return nil, err
	}
	const password = "abcdEFGHijklMNOPqrstUVWX"
	err := p.onUser(a.User, func(u *identity.User) {
		p.store.directory.AddApplicationPassword(&identity.ApplicationPassword{
			UserID: u.ID, Name: a.Name, Password: password,
		})
	})
	return map[string]any{"password": password}, err
}
