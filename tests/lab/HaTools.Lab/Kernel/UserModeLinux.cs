namespace HaTools.Lab.Kernel;

/// <summary>User Mode Linux, which runs as a process and is nearly as fast as the host: for every test run.</summary>
internal sealed class UserModeLinux : LabKernel
{
    private const string Modules = "/usr/lib/uml/modules";

    public override string? Missing => File.Exists("/usr/bin/linux.uml") && Directory.Exists(Modules) && File.Exists("/usr/bin/busybox")
        ? null : "the kernel lab needs user-mode-linux and busybox-static: run tests/lab/packages.sh as root";

    public override IEnumerable<string> Command(string folder, IEnumerable<string> arguments) =>
    [
        "bash", Script("uml.sh"), "rootfstype=hostfs", "rootflags=/", "ro", "mem=2G", "quiet", "con=null", "con0=null,fd:1",
        $"uml_dir={folder}", "umid=lab", .. arguments, "LAB_SHARE=hostfs", $"LAB_MODULES={Modules}",
    ];
}
