package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func newProvisioner(t *testing.T, objects ...runtime.Object) *provisioner {
	t.Helper()
	return &provisioner{
		client: fake.NewClientset(objects...),
		export: export{server: "10.0.0.1", path: "/export", mountPoint: t.TempDir()},
	}
}

func newOptions(parameters map[string]string) controller.ProvisionOptions {
	class := classWith(parameters)
	reclaimPolicy := corev1.PersistentVolumeReclaimRetain
	class.ReclaimPolicy = &reclaimPolicy
	class.MountOptions = []string{"hard", "nfsvers=4.1"}
	return controller.ProvisionOptions{
		StorageClass: class,
		PVName:       "pvc-1",
		PVC: &corev1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "data"},
			Spec: corev1.PersistentVolumeClaimSpec{
				AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{
					corev1.ResourceStorage: resource.MustParse("10Gi"),
				}},
			},
		},
	}
}

func volumeAt(path string) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: "pvc-1"},
		Spec: corev1.PersistentVolumeSpec{
			StorageClassName: "nfs",
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				NFS: &corev1.NFSVolumeSource{Server: "10.0.0.1", Path: path},
			},
		},
	}
}

func entries(t *testing.T, directory string) []string {
	t.Helper()
	found, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, entry := range found {
		names = append(names, entry.Name())
	}
	return names
}

func TestProvisionMakesTheDirectoryAndTheVolume(t *testing.T) {
	p := newProvisioner(t)
	volume, state, err := p.Provision(context.Background(), newOptions(nil))
	if err != nil || state != controller.ProvisioningFinished {
		t.Fatal(state, err)
	}
	info, err := os.Stat(filepath.Join(p.export.mountPoint, "shop-data-pvc-1"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != os.ModeDir|directoryMode {
		t.Errorf("the mode is %v", info.Mode())
	}
	spec := volume.Spec
	if *spec.NFS != (corev1.NFSVolumeSource{Server: "10.0.0.1", Path: "/export/shop-data-pvc-1"}) {
		t.Errorf("the source is %v", spec.NFS)
	}
	if spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
		t.Errorf("the reclaim policy is %v", spec.PersistentVolumeReclaimPolicy)
	}
	if !slices.Equal(spec.MountOptions, []string{"hard", "nfsvers=4.1"}) {
		t.Errorf("the mount options are %v", spec.MountOptions)
	}
	if !slices.Equal(spec.AccessModes, []corev1.PersistentVolumeAccessMode{"ReadWriteOnce"}) {
		t.Errorf("the access modes are %v", spec.AccessModes)
	}
	if size := spec.Capacity[corev1.ResourceStorage]; size.String() != "10Gi" {
		t.Errorf("the capacity is %v", size.String())
	}
}

func TestProvisionFollowsThePathPattern(t *testing.T) {
	p := newProvisioner(t)
	options := newOptions(map[string]string{"pathPattern": "${.PVC.namespace}/${.PVC.name}"})
	volume, _, err := p.Provision(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	if volume.Spec.NFS.Path != "/export/shop/data" {
		t.Errorf("the path is %s", volume.Spec.NFS.Path)
	}
	if got := entries(t, filepath.Join(p.export.mountPoint, "shop")); !slices.Equal(got, []string{"data"}) {
		t.Errorf("found %v", got)
	}
}

func TestProvisionKeepsWhatAnExistingDirectoryHolds(t *testing.T) {
	p := newProvisioner(t)
	kept := filepath.Join(p.export.mountPoint, "shop-data", "kept")
	if err := os.MkdirAll(kept, 0o700); err != nil {
		t.Fatal(err)
	}
	options := newOptions(map[string]string{"pathPattern": "${.PVC.namespace}-${.PVC.name}"})
	if _, _, err := p.Provision(context.Background(), options); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error(err)
	}
}

func TestProvisionRefusesASelector(t *testing.T) {
	p := newProvisioner(t)
	options := newOptions(nil)
	options.PVC.Spec.Selector = &metav1.LabelSelector{}
	_, state, err := p.Provision(context.Background(), options)
	const message = `failed to provision volume with StorageClass "nfs": claim Selector is not supported`
	if err == nil || err.Error() != message {
		t.Errorf("got %v", err)
	}
	if state != controller.ProvisioningFinished {
		t.Errorf("the state is %v", state)
	}
	if got := entries(t, p.export.mountPoint); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

func TestProvisionLeavesAVolumeThatExistsAlone(t *testing.T) {
	p := newProvisioner(t, volumeAt("/export/other"))
	_, _, err := p.Provision(context.Background(), newOptions(nil))
	ignored := &controller.IgnoredError{}
	if !errors.As(err, &ignored) {
		t.Errorf("got %v", err)
	}
	if got := entries(t, p.export.mountPoint); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

func TestDelete(t *testing.T) {
	for name, test := range map[string]struct {
		path       string
		parameters map[string]string
		left       []string
		fails      bool
	}{
		"archives by default": {"/export/data", nil, []string{"archived-data"}, false},
		"removes":             {"/export/data", map[string]string{"onDelete": "delete"}, []string{}, false},
		"retains":             {"/export/data", map[string]string{"onDelete": "retain"}, []string{"data"}, false},
		"keeps all when the class is wrong": {
			"/export/data", map[string]string{"archiveOnDelete": "maybe"}, []string{"data"}, true,
		},
		"skips a directory that is gone":           {"/export/gone", nil, []string{"data"}, false},
		"never finds the directory below a folder": {"/export/data/inner", nil, []string{"data"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			volume := volumeAt(test.path)
			p := newProvisioner(t, volume, classWith(test.parameters))
			inner := filepath.Join(p.export.mountPoint, "data", "inner")
			if err := os.MkdirAll(inner, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := p.Delete(context.Background(), volume); (err != nil) != test.fails {
				t.Errorf("got %v", err)
			}
			if got := entries(t, p.export.mountPoint); !slices.Equal(got, test.left) {
				t.Errorf("left %v, want %v", got, test.left)
			}
		})
	}
}

func TestDeleteNeverOverwritesAnArchive(t *testing.T) {
	volume := volumeAt("/export/data")
	p := newProvisioner(t, volume, classWith(nil))
	for _, directory := range []string{"data/new", "archived-data/old"} {
		if err := os.MkdirAll(filepath.Join(p.export.mountPoint, directory), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Delete(context.Background(), volume); err == nil {
		t.Error("no error")
	}
	if got := entries(t, p.export.mountPoint); !slices.Equal(got, []string{"archived-data", "data"}) {
		t.Errorf("left %v", got)
	}
}

func TestDeleteNeedsTheClass(t *testing.T) {
	volume := volumeAt("/export/data")
	p := newProvisioner(t, volume)
	if err := os.Mkdir(filepath.Join(p.export.mountPoint, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := p.Delete(context.Background(), volume); err == nil {
		t.Error("no error")
	}
	if got := entries(t, p.export.mountPoint); !slices.Equal(got, []string{"data"}) {
		t.Errorf("left %v", got)
	}
}

func TestDeleteLeavesAVolumeItCannotReadAlone(t *testing.T) {
	p := newProvisioner(t, classWith(nil))
	ignored := &controller.IgnoredError{}
	if err := p.Delete(context.Background(), volumeAt("/export/data")); !errors.As(err, &ignored) {
		t.Errorf("got %v", err)
	}
}
