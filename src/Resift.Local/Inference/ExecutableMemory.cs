using System.Runtime.InteropServices;

namespace Resift.Local.Inference;

/// <summary>Memory with machine code in it, which is written first and made executable then: never both at once.</summary>
internal static unsafe partial class ExecutableMemory
{
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
        nint memory = LinuxMemory.Map(
            0, (nuint)code.Length, LinuxMemory.Read | LinuxMemory.Write, LinuxMemory.PrivateAnonymous, -1, 0);
        if (memory == -1)
        {
            return 0;
        }

        code.CopyTo(new((void*)memory, code.Length));
        if (LinuxMemory.Protect(memory, (nuint)code.Length, LinuxMemory.Read | LinuxMemory.Execute) == 0)
        {
            return memory;
        }

        _ = LinuxMemory.Unmap(memory, (nuint)code.Length);
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

    [LibraryImport("kernel32")]
    private static partial nint VirtualAlloc(nint address, nuint size, int type, int protection);

    [LibraryImport("kernel32")]
    private static partial int VirtualProtect(nint address, nuint size, int protection, out int before);

    [LibraryImport("kernel32")]
    private static partial int VirtualFree(nint address, nuint size, int type);
}
