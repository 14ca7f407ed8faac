using System.Diagnostics;

namespace HaTools.Linux.Bpf;

/// <summary>
/// Writes an eBPF program, instruction by instruction (Documentation/bpf/standardization/instruction-set.rst). What it writes is judged by the kernel when it
/// is loaded (<see cref="BpfProgram"/>).
/// </summary>
internal sealed class BpfAssembler
{
    // Classes and modifiers of the instruction set.
    private const byte LoadImmediate = 0x18;
    private const byte LoadClass = 0x61;
    private const byte StoreImmediateClass = 0x62;
    private const byte StoreClass = 0x63;
    private const byte AtomicClass = 0xc3;
    private const byte JumpClass = 0x05;
    private const byte CallOperation = 0x85;
    private const byte ExitOperation = 0x95;
    private const byte ArithmeticClass = 0x07;
    private const byte FromRegister = 0x08;
    private const byte AddOperation = 0x00;
    private const byte SubtractOperation = 0x10;
    private const byte AndOperation = 0x50;
    private const byte ShiftLeftOperation = 0x60;
    private const byte MoveOperation = 0xb0;
    private const byte MapDescriptor = 1;
    private const int FetchingAdd = 0x01;

    private readonly List<bpf_insn> instructions = [];
    private readonly List<int> labels = [];
    private readonly List<(int Instruction, int Label)> jumps = [];

    /// <summary>How many instructions there are.</summary>
    public int Count => instructions.Count;

    /// <summary>A place to jump to, which <see cref="Mark"/> puts somewhere.</summary>
    public int Label()
    {
        labels.Add(-1);
        return labels.Count - 1;
    }

    /// <summary>The next instruction is what a label stands for.</summary>
    public void Mark(int label) => labels[label] = instructions.Count;

    /// <summary>to = value, with its sign.</summary>
    public void Move(BpfRegister to, int value) => Add(ArithmeticClass | MoveOperation, to, 0, 0, value);

    /// <summary>to = from.</summary>
    public void Move(BpfRegister to, BpfRegister from) => Add(ArithmeticClass | MoveOperation | FromRegister, to, from, 0, 0);

    /// <summary>to = value, of 64 bits.</summary>
    public void Move(BpfRegister to, ulong value) => AddWide(to, 0, value);

    /// <summary>to = the map, as calls take it.</summary>
    public void MoveMap(BpfRegister to, BpfArrayMap map) => AddWide(to, MapDescriptor, (ulong)map.Descriptor.Value);

    /// <summary>to += value.</summary>
    public void Add(BpfRegister to, int value) => Add(ArithmeticClass | AddOperation, to, 0, 0, value);

    /// <summary>to -= value.</summary>
    public void Subtract(BpfRegister to, int value) => Add(ArithmeticClass | SubtractOperation, to, 0, 0, value);

    /// <summary>to &amp;= value.</summary>
    public void And(BpfRegister to, int value) => Add(ArithmeticClass | AndOperation, to, 0, 0, value);

    /// <summary>to &amp;= from.</summary>
    public void And(BpfRegister to, BpfRegister from) => Add(ArithmeticClass | AndOperation | FromRegister, to, from, 0, 0);

    /// <summary>to &lt;&lt;= bits.</summary>
    public void ShiftLeft(BpfRegister to, int bits) => Add(ArithmeticClass | ShiftLeftOperation, to, 0, 0, bits);

    /// <summary>to = what is in memory at an address, in the host's byte order and without a sign.</summary>
    public void Load(BpfSize size, BpfRegister to, BpfRegister address, int offset) =>
        Add((byte)(LoadClass | (byte)size), to, address, checked((short)offset), 0);

    /// <summary>Memory at an address = value.</summary>
    public void Store(BpfSize size, BpfRegister address, int offset, int value) =>
        Add((byte)(StoreImmediateClass | (byte)size), address, 0, checked((short)offset), value);

    /// <summary>Memory at an address = from.</summary>
    public void Store(BpfSize size, BpfRegister address, int offset, BpfRegister from) =>
        Add((byte)(StoreClass | (byte)size), address, from, checked((short)offset), 0);

    /// <summary>64 bits at an address += register, at once for all processors; the register then holds what was there. What was stored before is seen before. Linux 5.12.</summary>
    public void AtomicAdd(BpfRegister address, int offset, BpfRegister register) =>
        Add((byte)(AtomicClass | (byte)BpfSize.Double), address, register, checked((short)offset), FetchingAdd);

    /// <summary>To a label.</summary>
    public void Jump(int label)
    {
        jumps.Add((instructions.Count, label));
        Add(JumpClass, 0, 0, 0, 0);
    }

    /// <summary>To a label if a comparison of a register with a value, extended by its sign, is true.</summary>
    public void JumpIf(BpfRegister register, BpfCondition condition, int value, int label)
    {
        jumps.Add((instructions.Count, label));
        Add((byte)(JumpClass | (byte)condition), register, 0, 0, value);
    }

    /// <summary>To a label if a comparison of two registers is true.</summary>
    public void JumpIf(BpfRegister register, BpfCondition condition, BpfRegister other, int label)
    {
        jumps.Add((instructions.Count, label));
        Add((byte)(JumpClass | (byte)condition | FromRegister), register, other, 0, 0);
    }

    /// <summary>Calls a function of the kernel, by its number in linux/bpf.h.</summary>
    public void Call(int function) => Add(CallOperation, 0, 0, 0, function);

    /// <summary>Ends the program, with its result in <see cref="BpfRegister.R0"/>.</summary>
    public void Exit() => Add(ExitOperation, 0, 0, 0, 0);

    /// <summary>The program, with its jumps measured.</summary>
    /// <exception cref="OverflowException">A jump is too long.</exception>
    public bpf_insn[] Assemble()
    {
        bpf_insn[] program = [.. instructions];
        foreach ((int instruction, int label) in jumps)
        {
            Debug.Assert(labels[label] >= 0, "a label stands nowhere");
            // From the instruction after the jump.
            program[instruction].off = checked((short)(labels[label] - instruction - 1));
        }

        return program;
    }

    private void Add(byte code, BpfRegister destination, BpfRegister source, short offset, int value) => instructions.Add(new bpf_insn
    {
        code = code,
        registers = Registers((byte)destination, (byte)source),
        off = offset,
        imm = value,
    });

    /// <summary>Takes two instructions; what is 0 in the second has no meaning.</summary>
    private void AddWide(BpfRegister to, byte kind, ulong value)
    {
        instructions.Add(new bpf_insn { code = LoadImmediate, registers = Registers((byte)to, kind), imm = unchecked((int)(uint)value) });
        instructions.Add(new bpf_insn { imm = unchecked((int)(uint)(value >> 32)) });
    }

    // Bit-fields: the first is the low one where bytes are.
    private static byte Registers(byte destination, byte source) =>
        (byte)(BitConverter.IsLittleEndian ? destination | (source << 4) : (destination << 4) | source);
}
