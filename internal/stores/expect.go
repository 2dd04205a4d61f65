package stores

import (
	"context"
	"strings"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Expect says beforehand what connecting an address would end with, as far as that can be known without asking the
// store: that it is no address of a shop, that the shop is connected, or that the name is taken. Who asks it first spares
// a person the question for a key, and the store the doctor's requests.
func (s *Connector) Expect(ctx context.Context, pasted, name string) error {
	home, err := doctor.Home(pasted)
	if err != nil {
		return notAnAddress(err)
	}
	if err := checkName(name); err != nil {
		return err
	}
	stores, err := s.db.Stores(ctx)
	if err != nil {
		return err
	}
	for _, st := range stores {
		if held, err := doctor.Home(st.HomeURL); err == nil && strings.EqualFold(held, home) {
			return alreadyConnected(st)
		}
		if name != "" && st.Name == name {
			return nameTaken(name)
		}
	}
	return nil
}

func notAnAddress(err error) error {
	return problem.Wrap(problem.Usage, err, "%s", strings.TrimPrefix(err.Error(), "doctor: ")).
		Next("Give the address of the shop, like https://shop.example")
}

func nameTaken(name string) *problem.Problem {
	return problem.New(problem.StoreExists, "a store called %q is connected already", name).
		Next("Choose another name with --name")
}

func alreadyConnected(st storage.Store) error {
	return problem.New(problem.StoreExists, "%s is connected already, as %q", st.HomeURL, st.Name).
		Next("Copy it with: waybill sync %s --once. To replace its key: waybill stores rekey %s", st.Name, st.Name)
}
