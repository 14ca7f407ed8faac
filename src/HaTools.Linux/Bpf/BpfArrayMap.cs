namespace HaTools.Linux.Bpf;

/// <summary>
/// A BPF_MAP_TYPE_ARRAY that this process has in its memory too: what programs write is read here without a system call, and the other way round. A program
/// that uses it keeps it alive in the kernel.
/// </summary>
internal sealed unsafe class BpfArrayMap : IDisposable
{
    private readonly nuint length;
    private byte* memory;

    /// <param name="entries">How many elements; all are zero.</param>
    /// <param name="valueSize">The bytes of an element, a multiple of 8.</param>
    /// <exception cref="LinuxException">EPERM: no CAP_BPF, or RLIMIT_MEMLOCK before Linux 5.11; EINVAL: Linux before 5.5; ENOSYS; ENOMEM.</exception>
    public BpfArrayMap(int entries, int valueSize)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(valueSize % 8, 0, nameof(valueSize));
        (Entries, ValueSize) = (entries, valueSize);
        var attributes = new bpf_attr_map_create
        {
            map_type = Libc.BPF_MAP_TYPE_ARRAY,
            key_size = sizeof(uint),
            value_size = (uint)valueSize,
            max_entries = (uint)entries,
            map_flags = Libc.BPF_F_MMAPABLE,
        };
        Descriptor = FileDescriptor.OrThrow(Libc.bpf(Libc.BPF_MAP_CREATE, &attributes), "making a BPF map", null, BpfProgram.Advice);
        length = (nuint)(entries * valueSize);
        void* mapped = Libc.mmap(null, length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, Descriptor, 0);
        if (mapped == Libc.MAP_FAILED)
        {
            LinuxException failure = LinuxException.Last("mapping a BPF map into memory");
            Descriptor.Dispose();
            throw failure;
        }

        memory = (byte*)mapped;
    }

    /// <summary>The map, for programs.</summary>
    public FileDescriptor Descriptor { get; }

    public int Entries { get; }

    public int ValueSize { get; }

    /// <summary>An element; good until the map is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed of.</exception>
    public byte* Element(int index)
    {
        ObjectDisposedException.ThrowIf(memory is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Entries, nameof(index));
        return memory + (nint)index * ValueSize;
    }

    public void Dispose()
    {
        if (memory is null) return;
        _ = Libc.munmap(memory, length);
        memory = null;
        Descriptor.Dispose();
    }
}
