package main

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func classWith(parameters map[string]string) *storagev1.StorageClass {
	return &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: "nfs"}, Parameters: parameters,
	}
}

func TestDirectoryFor(t *testing.T) {
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{
		Namespace:   "shop",
		Name:        "data-mysql-0",
		Labels:      map[string]string{"app.kubernetes.io/name": "mysql"},
		Annotations: map[string]string{"where": "fast/disk"},
	}}
	for pattern, directory := range map[string]string{
		"${.PVC.namespace}-${.PVC.name}":           "shop-data-mysql-0",
		"${.PVC.namespace}/${.PVC.name}":           "shop/data-mysql-0",
		"${.PVC.labels.app.kubernetes.io/name}":    "mysql",
		"x/${.PVC.annotations.where}/${.PVC.name}": "x/fast/disk/data-mysql-0",
		"${.PVC.labels.absent}-${.PVC.name}":       "-data-mysql-0",
		"${.PVC.name}-${.PVC.name}":                "data-mysql-0-data-mysql-0",
		"${.PVC.uid}":                              "",
		"${.PVC.labels}":                           "",
		"${.PV.name} stays":                        "${.PV.name} stays",
		"":                                         "",
		"plain":                                    "plain",
	} {
		t.Run(pattern, func(t *testing.T) {
			class := classWith(map[string]string{"pathPattern": pattern})
			if got := directoryFor(claim, "pvc-1", class); got != directory {
				t.Errorf("got %q, want %q", got, directory)
			}
		})
	}
	t.Run("no pattern", func(t *testing.T) {
		if got := directoryFor(claim, "pvc-1", classWith(nil)); got != "shop-data-mysql-0-pvc-1" {
			t.Errorf("got %q", got)
		}
	})
}

func TestDisposalOf(t *testing.T) {
	for name, test := range map[string]struct {
		parameters map[string]string
		disposal   disposal
		fails      bool
	}{
		"a class that says nothing archives": {nil, archive, false},
		"archiveOnDelete true archives":      {map[string]string{"archiveOnDelete": "true"}, archive, false},
		"archiveOnDelete false removes":      {map[string]string{"archiveOnDelete": "false"}, remove, false},
		"archiveOnDelete must be a boolean":  {map[string]string{"archiveOnDelete": "never"}, archive, true},
		"onDelete delete removes":            {map[string]string{"onDelete": "delete"}, remove, false},
		"onDelete retain retains":            {map[string]string{"onDelete": "retain"}, retain, false},
		"onDelete wins over archiveOnDelete": {map[string]string{"onDelete": "retain", "archiveOnDelete": "false"}, retain, false},
		"another onDelete counts as absent":  {map[string]string{"onDelete": "keep", "archiveOnDelete": "false"}, remove, false},
		"an empty onDelete counts as absent": {map[string]string{"onDelete": ""}, archive, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := disposalOf(classWith(test.parameters))
			if got != test.disposal || (err != nil) != test.fails {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}
