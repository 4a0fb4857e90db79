// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Costs are counted in tokens, of which the preprocessor has told how many each file
// gives. Headers are added one by one, the best first, as long as more is gained by
// those units that have them all than is lost by the others.
#include "HeaderChoice.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <map>

namespace asynciter {

namespace {

/// To precompile a token, relative to parsing it; and to use it precompiled.
constexpr double Making = 1.3, Using = 0.1;

class Choice {
public:
  Choice(llvm::ArrayRef<TokenRecord> Units, double Share) : Share(Share) {
    for (const TokenRecord &Each : Units)
      number(Each);
    for (const TokenRecord &Each : Units)
      addUnit(Each);
    for (Header &Each : Headers)
      close(Each);
  }

  std::vector<std::vector<std::string>> all() {
    std::vector<std::vector<std::string>> Found;
    std::vector<unsigned> Left(Units.size());
    for (unsigned Number = 0; Number != Left.size(); ++Number)
      Left[Number] = Number;
    while (true) {
      std::vector<std::string> Names = best(Left);
      if (Names.empty())
        return Found;
      Found.push_back(std::move(Names));
    }
  }

private:
  struct Header {
    std::string Name;
    unsigned File;
    /// It, and what it includes.
    llvm::BitVector Files;
  };

  void number(const TokenRecord &Of) {
    auto Add = [&](TokenRecord::FileId File) {
      if (Numbers.try_emplace(File, Tokens.size()).second) {
        Tokens.push_back(0);
        Includes.emplace_back();
      }
    };
    for (const TokenRecord::Entry &Each : Of.Entered)
      Add(Each.File);
    for (const TokenRecord::Include &Each : Of.Includes)
      Add(Each.From), Add(Each.To);
    for (const TokenRecord::Header &Each : Of.Headers)
      Add(Each.File);
  }

  void addUnit(const TokenRecord &Of) {
    llvm::BitVector Has(Tokens.size());
    for (const TokenRecord::Entry &Each : Of.Entered) {
      const unsigned File = Numbers[Each.File];
      Tokens[File] = std::max(Tokens[File], Each.Tokens);
      Has.set(File);
    }
    for (const TokenRecord::Include &Each : Of.Includes) {
      const unsigned From = Numbers[Each.From], To = Numbers[Each.To];
      if (!llvm::is_contained(Includes[From], To))
        Includes[From].push_back(To);
      Has.set(From), Has.set(To);
    }
    std::vector<unsigned> Order;
    for (const TokenRecord::Header &Each : Of.Headers) {
      const unsigned File = Numbers[Each.File];
      Has.set(File);
      const auto Known = llvm::find_if(Headers, [&](const Header &Other) { return Other.File == File; });
      if (const unsigned Number = Known - Headers.begin(); !llvm::is_contained(Order, Number))
        Order.push_back(Number);
      if (Known == Headers.end())
        Headers.push_back({Each.Name, File, {}});
    }
    Units.push_back(std::move(Has));
    Orders.push_back(std::move(Order));
  }

  void close(Header &Of) const {
    Of.Files.resize(Tokens.size());
    std::vector<unsigned> Work = {Of.File};
    Of.Files.set(Of.File);
    while (!Work.empty()) {
      const unsigned File = Work.back();
      Work.pop_back();
      for (const unsigned Next : Includes[File])
        if (!Of.Files.test(Next)) {
          Of.Files.set(Next);
          Work.push_back(Next);
        }
    }
  }

  /// Headers to precompile, as numbers in `Headers`, and the files in them.
  struct Set {
    std::vector<unsigned> Of;
    llvm::BitVector Files;
  };

  /// The unit includes each header, maybe by way of others.
  bool has(unsigned Unit, const Set &All) const {
    return llvm::all_of(All.Of, [&](unsigned Number) { return Units[Unit].test(Headers[Number].File); });
  }

  double gain(const Set &By, llvm::ArrayRef<unsigned> Of) const {
    double Sum = 0;
    for (const unsigned File : By.Files.set_bits())
      Sum += Tokens[File];
    const double Users = Share * llvm::count_if(Of, [&](unsigned Unit) { return has(Unit, By); });
    return Sum * ((1 - Using) * Users - Making);
  }

  /// Takes the units that have them from `Left`. None if nothing is gained.
  std::vector<std::string> best(std::vector<unsigned> &Left) const {
    Set Best{{}, llvm::BitVector(Tokens.size())};
    double Most = 0;
    for (bool Grows = true; Grows;) {
      Grows = false;
      const Set Before = Best;
      for (unsigned Number = 0; Number != Headers.size(); ++Number) {
        Set With = Before;
        With.Of.push_back(Number);
        With.Files |= Headers[Number].Files;
        if (const double Gain = gain(With, Left); Gain > Most) {
          Most = Gain;
          Best = std::move(With);
          Grows = true;
        }
      }
    }
    if (Best.Of.empty())
      return {};
    std::vector<std::string> Names;
    for (const unsigned Number : orderOf(Best, Left))
      Names.push_back(Headers[Number].Name);
    llvm::erase_if(Left, [&](unsigned Unit) { return has(Unit, Best); });
    return Names;
  }

  /// With all that the user includes of the files, as those units do that have them. On
  /// the order depends, for one, which of two headers of the C library is the one to
  /// define a type, and so most is decided by what comes first.
  std::vector<unsigned> orderOf(const Set &All, llvm::ArrayRef<unsigned> Left) const {
    std::vector<std::vector<unsigned>> Alike;
    for (const unsigned Unit : Left) {
      std::vector<unsigned> Own = has(Unit, All) ? Orders[Unit] : std::vector<unsigned>();
      llvm::erase_if(Own, [&](unsigned Number) { return !All.Files.test(Headers[Number].File); });
      // What has them all by way of others only does not say an order.
      if (!Own.empty())
        Alike.push_back(std::move(Own));
    }
    std::vector<unsigned> Order;
    while (!Alike.empty()) {
      std::map<unsigned, unsigned> Count;
      for (const std::vector<unsigned> &Each : Alike)
        ++Count[Each[Order.size()]];
      const unsigned Next = llvm::max_element(Count, llvm::less_second())->first;
      Order.push_back(Next);
      llvm::erase_if(Alike, [&](const std::vector<unsigned> &Each) {
        return Each[Order.size() - 1] != Next || Each.size() == Order.size();
      });
    }
    for (const unsigned Number : All.Of)
      if (!llvm::is_contained(Order, Number))
        Order.push_back(Number);
    return Order;
  }

  double Share;
  llvm::DenseMap<TokenRecord::FileId, unsigned> Numbers;
  std::vector<unsigned> Tokens;
  std::vector<std::vector<unsigned>> Includes;
  std::vector<Header> Headers;
  std::vector<llvm::BitVector> Units;
  /// Of each unit, the headers that the user's files include.
  std::vector<std::vector<unsigned>> Orders;
};

} // namespace

std::vector<std::vector<std::string>> chooseHeaders(llvm::ArrayRef<TokenRecord> Units, double Share) {
  return Choice(Units, Share).all();
}

} // namespace asynciter
