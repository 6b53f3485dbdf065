using System.Runtime.InteropServices;

namespace Resift.Local.Inference;

/// <summary>Memory with machine code in it, which is written first and made executable then: never both at once.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int Read = 0x1, Write = 0x2, Execute = 0x4; // PROT_READ, PROT_WRITE, PROT_EXEC
    private const int PrivateAnonymous = 0x2 | 0x20; // MAP_PRIVATE | MAP_ANONYMOUS
    private const int CommitReserve = 0x1000 | 0x2000; // MEM_COMMIT | MEM_RESERVE
    private const int ReleaseAll = 0x8000; // MEM_RELEASE
    private const int PageReadWrite = 0x04, PageExecuteRead = 0x20;

    /// <summary>Copies code into executable memory, for as long as the process lives.</summary>
    /// <param name="code">The code, which may lie anywhere.</param>
    /// <returns>Where it begins; 0 where the system does not allow it, or has no such memory.</returns>
    public static nint TryCreate(ReadOnlySpan<byte> code) =>
        OperatingSystem.IsLinux() ? TryCreateOnLinux(code)
        : OperatingSystem.IsWindows() ? TryCreateOnWindows(code)
        : 0;

    private static nint TryCreateOnLinux(ReadOnlySpan<byte> code)
    {
        nint memory = Map(0, (nuint)code.Length, Read | Write, PrivateAnonymous, -1, 0);
        if (memory == -1)
        {
            return 0;
        }

        code.CopyTo(new((void*)memory, code.Length));
        if (Protect(memory, (nuint)code.Length, Read | Execute) == 0)
        {
            return memory;
        }

        _ = Unmap(memory, (nuint)code.Length);
        return 0;
    }

    private static nint TryCreateOnWindows(ReadOnlySpan<byte> code)
    {
        nint memory = VirtualAlloc(0, (nuint)code.Length, CommitReserve, PageReadWrite);
        if (memory == 0)
        {
            return 0;
        }

        code.CopyTo(new((void*)memory, code.Length));
        if (VirtualProtect(memory, (nuint)code.Length, PageExecuteRead, out _) != 0)
        {
            return memory;
        }

        _ = VirtualFree(memory, 0, ReleaseAll);
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("kernel32")]
    private static partial nint VirtualAlloc(nint address, nuint size, int type, int protection);

    [LibraryImport("kernel32")]
    private static partial int VirtualProtect(nint address, nuint size, int protection, out int before);

    [LibraryImport("kernel32")]
    private static partial int VirtualFree(nint address, nuint size, int type);
}
