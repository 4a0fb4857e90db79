// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model of accounts for Qt's views, one that sorts and filters it, and what they say.
#include <QAbstractTableModel>
#include <QCoreApplication>
#include <QDate>
#include <QDebug>
#include <QLocale>
#include <QSortFilterProxyModel>
#include <QString>
#include <QVariant>

#include <array>
#include <vector>

namespace {

struct Booking {
  QDate day;
  QString purpose;
  qint64 cents = 0;
};

class Bookings : public QAbstractTableModel {
public:
  enum Column { Day, Purpose, Amount, ColumnCount };

  int rowCount(const QModelIndex &parent = {}) const override {
    return parent.isValid() ? 0 : int(m_rows.size());
  }
  int columnCount(const QModelIndex &parent = {}) const override {
    return parent.isValid() ? 0 : ColumnCount;
  }

  QVariant data(const QModelIndex &index, int role) const override {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
      return {};
    const Booking &row = m_rows[size_t(index.row())];
    if (role == Qt::TextAlignmentRole && index.column() == Amount)
      return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::EditRole)
      return {};
    switch (index.column()) {
    case Day:
      return row.day;
    case Purpose:
      return row.purpose;
    case Amount:
      return role == Qt::EditRole ? QVariant(row.cents)
                                  : QLocale::c().toString(double(row.cents) / 100, 'f', 2);
    }
    return {};
  }

  bool setData(const QModelIndex &index, const QVariant &value, int role) override {
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
      return false;
    Booking &row = m_rows[size_t(index.row())];
    if (index.column() == Purpose)
      row.purpose = value.toString();
    else if (index.column() == Amount)
      row.cents = value.toLongLong();
    else
      return false;
    emit dataChanged(index, index, {role});
    return true;
  }

  QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
    static const std::array<QString, ColumnCount> names{QStringLiteral("day"), QStringLiteral("purpose"),
                                                        QStringLiteral("amount")};
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
      return QAbstractTableModel::headerData(section, orientation, role);
    return names[size_t(section)];
  }

  void add(Booking one) {
    beginInsertRows({}, rowCount(), rowCount());
    m_rows.push_back(std::move(one));
    endInsertRows();
  }

private:
  std::vector<Booking> m_rows;
};

class Expenses : public QSortFilterProxyModel {
protected:
  bool filterAcceptsRow(int row, const QModelIndex &parent) const override {
    const QModelIndex amount = sourceModel()->index(row, Bookings::Amount, parent);
    return amount.data(Qt::EditRole).toLongLong() < 0;
  }
  bool lessThan(const QModelIndex &left, const QModelIndex &right) const override {
    return left.data(Qt::EditRole).toLongLong() < right.data(Qt::EditRole).toLongLong();
  }
};

} // namespace

int main(int argc, char **argv) {
  QCoreApplication app(argc, argv);
  Bookings all;
  const QDate first(2024, 1, 1);
  for (int day = 0; day != 60; ++day)
    all.add({first.addDays(day), day % 30 ? QStringLiteral("shop") : QStringLiteral("salary"),
             day % 30 ? -(day * 7919 % 5000) : 250000});
  Expenses expenses;
  expenses.setSourceModel(&all);
  expenses.sort(Bookings::Amount);
  for (int row = 0; row != 5; ++row)
    qInfo() << expenses.index(row, Bookings::Day).data().toDate()
            << expenses.index(row, Bookings::Amount).data();
  qInfo() << expenses.rowCount() << "of" << all.rowCount();
}
