namespace HaTools.Linux.Bpf;

/// <summary>How much an instruction loads or stores; the values are those of the instruction set.</summary>
internal enum BpfSize : byte
{
    /// <summary>32 bits.</summary>
    Word = 0x00,

    /// <summary>16 bits.</summary>
    Half = 0x08,

    /// <summary>8 bits.</summary>
    Byte = 0x10,

    /// <summary>64 bits.</summary>
    Double = 0x18,
}
