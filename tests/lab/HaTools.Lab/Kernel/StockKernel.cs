namespace HaTools.Lab.Kernel;

/// <summary>
/// A kernel as Debian ships it, in QEMU: for what User Mode Linux lacks, and to see the rest on what people run. Emulated, it is several times
/// slower.
/// </summary>
/// <param name="folder">Where <c>tests/lab/stock-kernel.sh</c> has unpacked it.</param>
internal sealed class StockKernel(string folder) : LabKernel
{
    public override string? Missing => File.Exists($"{folder}/vmlinuz") && File.Exists("/usr/bin/qemu-system-x86_64") && File.Exists("/usr/bin/busybox")
        ? null : $"there is no stock kernel in {folder}, or no QEMU: run tests/lab/packages.sh --stock-kernel and tests/lab/stock-kernel.sh as root";

    public override IEnumerable<string> Command(string lab, IEnumerable<string> arguments) =>
        ["bash", Script("stock.sh"), folder, lab, .. arguments, "LAB_SHARE=virtiofs", $"LAB_MODULES={folder}/lib/modules"];
}
