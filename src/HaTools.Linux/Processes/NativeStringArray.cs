using System.Runtime.InteropServices;
using System.Text;

namespace HaTools.Linux;

/// <summary>What execve wants: an array of pointers to NUL-terminated strings, closed by a null pointer.</summary>
internal sealed unsafe class NativeStringArray : IDisposable
{
    private readonly byte** pointers;

    public NativeStringArray(IReadOnlyList<string> strings)
    {
        int total = 0;
        foreach (string s in strings)
        {
            if (s.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException("A command line cannot hold a NUL character.", nameof(strings));
            total += Encoding.UTF8.GetByteCount(s) + 1;
        }

        // One block: the pointers, then the characters.
        int head = (strings.Count + 1) * sizeof(byte*);
        byte* block = (byte*)NativeMemory.AllocZeroed((nuint)(head + total));
        pointers = (byte**)block;
        byte* next = block + head;
        for (int i = 0; i < strings.Count; i++)
        {
            pointers[i] = next;
            next += Encoding.UTF8.GetBytes(strings[i], new Span<byte>(next, total)) + 1;
        }
    }

    public byte** Pointer => pointers;

    public byte* this[int index] => pointers[index];

    public void Dispose() => NativeMemory.Free(pointers);
}
