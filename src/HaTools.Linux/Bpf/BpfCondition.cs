namespace HaTools.Linux.Bpf;

/// <summary>When a jump is taken: a comparison of 64 bits without signs; the values are those of the instruction set.</summary>
internal enum BpfCondition : byte
{
    Equal = 0x10,
    Greater = 0x20,
    GreaterOrEqual = 0x30,
    NotEqual = 0x50,
    Less = 0xa0,
}
