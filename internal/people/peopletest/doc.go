// Package peopletest gives tests what a person has at hand who signs in: the codes of a device.
package peopletest
