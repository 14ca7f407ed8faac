namespace HaTools.Linux.Bpf;

/// <summary>
/// The registers of the virtual machine (Documentation/bpf/standardization/instruction-set.rst). A call takes its arguments from <see cref="R1"/> on,
/// leaves its result in <see cref="R0"/>, and keeps <see cref="R6"/> to <see cref="R9"/>.
/// </summary>
internal enum BpfRegister : byte
{
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,

    /// <summary>The end of the stack, of 512 bytes; it cannot be written.</summary>
    Frame,
}
