package shop

import "github.com/waybillhq/waybill/capability"

// The options that say where orders live (Settings > Advanced > Features).
const (
	orderTablesOption = "woocommerce_custom_orders_table_enabled"
	orderSyncOption   = "woocommerce_custom_orders_table_data_sync_enabled"
)

// storageOptions are the options of a store that was made for a storage mode.
func storageOptions(storage capability.Storage) options {
	switch storage {
	case capability.Posts:
		return options{orderTablesOption: "no"}
	case capability.HPOSSync:
		return options{orderTablesOption: "yes", orderSyncOption: "yes"}
	}
	return options{orderTablesOption: "yes"}
}

// Storage says where the store keeps its orders.
func (s *Store) Storage() capability.Storage {
	switch {
	case !s.options.Yes(orderTablesOption):
		return capability.Posts
	case s.options.Yes(orderSyncOption):
		return capability.HPOSSync
	case s.installedStorage() == capability.HPOSMigrated:
		return capability.HPOSMigrated
	}
	return capability.HPOS
}

// installedStorage says where orders were kept when the store was made.
func (s *Store) installedStorage() capability.Storage { return s.config.Storage }
