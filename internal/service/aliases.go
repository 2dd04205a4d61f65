package service

import (
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/stores"
)

// What the rooms below say, in the words of whoever calls.
type (
	// Connection is what a person gives to connect a store.
	Connection = stores.Connection
	// Connected says what was found, and how the store is talked to.
	Connected = stores.Connected
)

// ReadScopes are what a mirror needs of a store.
func ReadScopes() []doctor.Scope { return stores.ReadScopes() }
